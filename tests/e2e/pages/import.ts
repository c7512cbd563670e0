// The import of tables: file, columns, rehearsal, done.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import type { FileToChoose } from "../data/csv";
import type { Expected } from "../data/company";

/** How long a large file may take in a machine that does much else. */
const LONG_MS = 120_000;

/** Shows a file to the first step. */
export async function chooseTable(page: Page, file: FileToChoose): Promise<void> {
  await page.getByLabel("选择表格文件").setInputFiles(file);
}

/** What the first step says about the file. */
export async function expectSeen(page: Page, encoding: string, kind: string, rows: number): Promise<void> {
  await expect(page.getByText(encoding, { exact: true })).toBeVisible({ timeout: LONG_MS });
  await expect(page.getByLabel("里面是什么").getByRole("option", { name: kind, selected: true })).toBeAttached();
  await expect(page.getByText(rows.toLocaleString("en"), { exact: true })).toBeVisible({ timeout: LONG_MS });
}

/** From the file to the columns; all of them have to be recognised. */
export async function toColumns(page: Page): Promise<void> {
  await page.getByRole("button", { name: "下一步" }).click();
  await expect(page.getByRole("heading", { name: "每一列是什么" })).toBeVisible();
}

/** From the columns to the rules. */
export async function toRules(page: Page): Promise<void> {
  await page.getByRole("button", { name: "下一步" }).click();
  await expect(page.getByRole("heading", { name: "按什么规则" })).toBeVisible();
}

/** From the columns to the rehearsal under the usual rules, until it is finished. */
export async function toCheck(page: Page): Promise<void> {
  await toRules(page);
  await rehearse(page);
}

/** From the rules to the rehearsal, until it is finished. */
export async function rehearse(page: Page): Promise<void> {
  await page.getByRole("button", { name: "下一步" }).click();
  await expect(page.getByRole("heading", { name: "看看会怎样" })).toBeVisible();
  await expect(page.getByText(/将写入 [\d,]+ 行|没有可导入的内容/)).toBeVisible({ timeout: LONG_MS });
}

/** The counts of the rehearsal or of the import. */
export async function tally(page: Page): Promise<Expected> {
  const count = async (name: string) => {
    const term = page.getByRole("main").getByText(name, { exact: true }).and(page.getByRole("term"));
    const text = await term.locator("xpath=following-sibling::dd[1]").textContent();
    return Number((text ?? "").replaceAll(",", ""));
  };
  return {
    rows: await count("行"),
    new: await count("新增"),
    changed: await count("更新"),
    same: await count("相同"),
    refused: await count("退回"),
    doubles: await count("疑似重复"),
  };
}

/** Takes the refused rows away as a file and gives its bytes. */
export async function takeRefused(page: Page): Promise<Buffer> {
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "把退回的行存为 CSV" }).click();
  return readFile(await (await started).path());
}

/** Writes what was rehearsed. */
export async function commit(page: Page): Promise<void> {
  await page.getByRole("button", { name: "开始导入" }).click();
  await expect(page.getByRole("heading", { name: "导入完成" })).toBeVisible({ timeout: LONG_MS });
}

/** All steps without a look around. */
export async function importTable(page: Page, file: FileToChoose): Promise<Expected> {
  await chooseTable(page, file);
  await expect(page.getByRole("button", { name: "下一步" })).toBeEnabled({ timeout: LONG_MS });
  await toColumns(page);
  await toCheck(page);
  const counts = await tally(page);
  await commit(page);
  return counts;
}
