// Taking tables away: the menu of a list, the page of all kinds, and the approval contacts need.
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { begins, say } from "../helpers/words";
import { goTo } from "./shell";

/** A file that was taken away. */
export interface Taken {
  name: string;
  bytes: Buffer;
}

/** What a click has the browser save. */
export async function taken(page: Page, click: Locator): Promise<Taken> {
  const started = page.waitForEvent("download");
  await click.click();
  const download = await started;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Opens the menu within `place`, chooses a format, and closes it again. */
export async function takeList(page: Page, place: Locator, format: "CSV" | "Excel", all = false): Promise<Taken> {
  await place.getByRole("button", { name: say(page, "导出") }).click();
  const panel = page.getByRole("group", { name: say(page, "导出为") }).filter({ visible: true });
  if (all) await panel.getByRole("checkbox", { name: say(page, "包含全部字段") }).check();
  const file = await taken(page, panel.getByRole("button", { name: format }));
  await expect(page.getByText(begins(page, "已导出“{{ name }}”,{{ count }} 行。")).filter({ visible: true })).toBeVisible();
  await page.keyboard.press("Escape");
  return file;
}

/** Goes to the page of exports. */
export async function goToExports(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: begins(page, "导出表格") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say(page, "导出表格") })).toBeVisible();
}
