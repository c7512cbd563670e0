// Data: backups out and in, and the clashes that wait.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import type { FileToChoose } from "../data/csv";
import { begins, say, says } from "../helpers/words";
import { goTo } from "./shell";

/** Goes to "backup and merge". */
export async function goToBackup(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "备份与合并" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "备份与合并" })).toBeVisible();
}

/** Exports a backup and gives the file's bytes. */
export async function exportBackup(page: Page): Promise<Buffer> {
  await goToBackup(page);
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "导出备份" }).click();
  const download = await started;
  await expect(page.getByText(/已导出并验证/)).toBeVisible();
  return readFile(await download.path());
}

/** A backup as a file to choose. */
export function backupFile(buffer: Buffer, name = "备份.json"): FileToChoose {
  return { name, mimeType: "application/json", buffer };
}

/** Goes to "open a backup". */
export async function goToOpen(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: begins(page, "打开备份与交接包") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say(page, "打开备份") })).toBeVisible();
}

/** Shows a file to "open a backup" and waits for nothing. */
export async function chooseBackup(page: Page, file: FileToChoose): Promise<void> {
  await page.getByLabel(say(page, "选择备份文件")).setInputFiles(file);
}

/** Shows a file to "open a backup" and waits until its content is told. */
export async function lookInside(page: Page, buffer: Buffer, name = "备份.json"): Promise<void> {
  await goToOpen(page);
  await chooseBackup(page, backupFile(buffer, name));
  await expect(page.getByRole("heading", { level: 2, name: say(page, "“{{ name }}”里有 {{ count }} 次变更", { name }) })).toBeVisible();
}

/** Brings in all of the file that is open; resolves when it is done. */
export async function bringInAll(page: Page): Promise<void> {
  await page.getByRole("button", { name: say(page, "并入 {{ count }} 次变更") }).click();
  await broughtIn(page);
}

/** Resolves when something was brought in. */
export async function broughtIn(page: Page): Promise<void> {
  await expect(page.getByText(says(page, "已并入 {{ count }} 次变更，原有内容都在。"))).toBeVisible({ timeout: 30_000 });
}

/** Opens a backup and brings in what is new; says whether there was anything new. */
export async function bringIn(page: Page, buffer: Buffer): Promise<boolean> {
  await lookInside(page, buffer);
  await expect(page.getByRole("heading", { level: 2, name: say(page, "并入") })).toBeVisible();
  if ((await page.getByRole("button", { name: say(page, "并入 {{ count }} 次变更") }).count()) === 0) return false;
  await bringInAll(page);
  return true;
}

/** Opens a backup in a browser that has nothing yet, through the second door. */
export async function foundFrom(page: Page, buffer: Buffer, address = "/"): Promise<void> {
  await page.goto(address);
  await page.getByRole("link", { name: say(page, "导入我的数据") }).click();
  await page.getByRole("link", { name: says(page, "有 Kehu 备份？在“打开备份”里打开") }).click();
  await chooseBackup(page, backupFile(buffer));
  await bringInAll(page);
}

/** What a backup holds, apart from the notes of what came in: those tell of a device, and differ from one to the other. */
export function contentOf(backup: Buffer): string[] {
  const file = JSON.parse(backup.toString("utf8")) as { parts: { changes: { kind: string }[] }[] };
  const changes = file.parts.flatMap((part) => part.changes);
  return changes.filter((change) => change.kind !== "arrival").map((change) => JSON.stringify(change));
}
