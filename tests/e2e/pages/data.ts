// Data: backups out and in, and the clashes that wait.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import type { FileToChoose } from "../data/csv";
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

/** Shows a file to "open a backup" and waits for nothing. */
export async function chooseBackup(page: Page, file: FileToChoose): Promise<void> {
  await page.getByLabel("选择备份文件").setInputFiles(file);
}

/** Opens a backup and brings in what is new; says whether there was anything new. */
export async function bringIn(page: Page, buffer: Buffer): Promise<boolean> {
  await goToBackup(page);
  await chooseBackup(page, backupFile(buffer));
  const accept = page.getByRole("button", { name: /^并入 \d+ 次变更/ });
  const same = page.getByText("两边完全一致，没有可并入的内容。").or(page.getByText("两边完全一致,没有可并入的内容。"));
  await expect(accept.or(same)).toBeVisible();
  if (await same.isVisible()) return false;
  await accept.click();
  await expect(page.getByText(/已并入 \d+ 次变更/)).toBeVisible();
  return true;
}

/** Opens a backup in a browser that has nothing yet, through the second door. */
export async function foundFrom(page: Page, buffer: Buffer, address = "/"): Promise<void> {
  await page.goto(address);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  await page.getByRole("link", { name: /备份与合并/ }).click();
  await chooseBackup(page, backupFile(buffer));
  await page.getByRole("button", { name: /^并入 \d+ 次变更/ }).click();
  await expect(page.getByText(/已并入 \d+ 次变更/)).toBeVisible({ timeout: 30_000 });
}
