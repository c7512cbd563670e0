// What was done, act by act, with the way back; and the bin.
import type { Locator, Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { begins, say } from "../helpers/words";
import { goTo, saved } from "./shell";

/** Opens the list of everything that was done. */
export async function openHistory(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: begins(page, "历史与撤销") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say(page, "历史") })).toBeVisible();
}

/** The lines of the list: acts of that kind on what is called `name`. */
export function acts(page: Page, kind: string, name: string): Locator {
  const list = page.getByRole("table", { name: say(page, "历史") });
  const link = page.getByRole("link", { name, exact: true });
  return list.getByRole("row").filter({ has: link }).filter({ has: page.getByRole("cell", { name: say(page, kind) }) });
}

/** Opens the latest act of that kind on what is called `name`. */
export async function openAct(page: Page, kind: string, name: string): Promise<void> {
  await acts(page, kind, name).first().getByRole("link").click();
  await expect(page.getByRole("heading", { level: 2, name: say(page, "改动的记录") })).toBeVisible();
}

/** Takes the open act back or does it again; resolves once the page says what it came to. */
export async function turn(page: Page, button: "撤销" | "重做"): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: say(page, button) }).click();
  const outcome = button === "撤销" ? "已撤销：{{ count }} 条记录恢复原样。" : "已重做：{{ count }} 条记录恢复到撤销之前。";
  await expect(page.getByRole("main").getByText(say(page, outcome))).toBeVisible();
  await saved(page);
}

/** Opens the bin. */
export async function openBin(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: begins(page, "回收站") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say(page, "回收站") })).toBeVisible();
}

/** The card that says what was just done, and offers the way back. */
export function card(page: Page): Locator {
  return page.getByRole("complementary").or(page.getByRole("status")).filter({ has: page.getByRole("button") });
}
