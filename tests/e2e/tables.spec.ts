// Whatever table I look at, I can take it away: the columns I see, figures as numbers, and words as words.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { csv, rowsOf, utf8File } from "./data/csv";
import { run } from "./helpers/server";
import { expect, test } from "./helpers/test";
import { gradeAll, openCustomer } from "./pages/customers";
import { backupFile, chooseBackup } from "./pages/data";
import { takeList } from "./pages/export";
import { chooseTable, importTable, tally, toCheck, toColumns } from "./pages/import";
import { goTo, openApp, openDemo, saved, startEmpty } from "./pages/shell";

const CUSTOMERS = csv([["客户编号", "客户名称"], ["KH-1", "晨光商贸"]]);
const OWED = csv([
  ["发票号", "客户编号", "到期日", "应收金额", "已收金额", "回款日期"],
  ["=FP-001", "KH-1", "2026-08-01", "1200.50", "1200.50", "2026-08-03"],
  ["000002", "KH-1", "2026-09-01", "300", "100", ""],
]);

test("receivables stand on the card and come back the same", async ({ page, watch }) => {
  await startEmpty(page, "明德办公");
  for (const [name, text, rows] of [["客户.csv", CUSTOMERS, 1], ["应收.csv", OWED, 2]] as const) {
    await goTo(page, "数据");
    await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
    expect(await importTable(page, utf8File(name, text))).toMatchObject({ rows, new: rows });
    await saved(page);
  }
  await openCustomer(page, "晨光商贸");
  const section = sectionOf(page, "应收账款");
  await expect(section).toContainText("2 笔，未收 200.00 元");
  await expect(section.getByRole("row", { includeHidden: true }).nth(1)).toContainText("000002");
  const file = await takeList(page, section, "CSV");
  const [heads, ...rows] = rowsOf(file.bytes);
  expect(heads?.slice(0, 3)).toEqual(["发票号", "客户编号", "到期日"]);
  expect(rows.map((cells) => cells[0])).toEqual(["000002", "'=FP-001"]);
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  await chooseTable(page, { name: file.name, mimeType: "text/csv", buffer: file.bytes });
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: 2, new: 0, changed: 0, same: 2, refused: 0 });
  expect(watch.problems).toEqual([]);
});

test("key figures, a grading and a trial leave as they are seen", async ({ page, watch }) => {
  test.setTimeout(180_000);
  await openDemo(page);
  await openApp(page, "/handbook/3.1");
  const figures = sectionOf(page, "考核指标");
  const [heads, ...kpis] = rowsOf((await takeList(page, figures, "CSV")).bytes);
  expect(heads).toEqual(await texts(figures.getByRole("columnheader", { includeHidden: true })));
  expect(kpis.length).toBe((await figures.getByRole("row", { includeHidden: true }).count()) - 1);
  // A weight is a number, a target is words.
  expect(kpis.every((cells) => /^\d+\.\d\d%$/.test(cells[4] ?? ""))).toBe(true);

  await gradeAll(page);
  await page.getByRole("table", { name: "客户" }).getByRole("link").first().click();
  const grade = sectionOf(page, "等级与理由");
  const table = grade.getByRole("table", { name: "得分是怎么来的" });
  const taken = await takeList(page, table.locator("xpath=ancestor::div[1]/following-sibling::*[1]"), "CSV");
  expect(taken.name).toMatch(/^得分是怎么来的-/);
  const [columns, ...items] = rowsOf(taken.bytes);
  expect(columns).toEqual(await texts(table.getByRole("columnheader", { includeHidden: true })));
  expect(items.length).toBe((await table.getByRole("row", { includeHidden: true }).count()) - 1);

  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: /^导出表格/ }).click();
  const log = page.getByRole("listitem").filter({ hasText: "生成文件" });
  await expect(log.filter({ hasText: "页面表格" }).filter({ hasText: "得分是怎么来的" })).toHaveCount(1);
  expect(watch.problems).toEqual([]);
});

test("the history leaves as it is narrowed", async ({ page, watch }) => {
  test.setTimeout(120_000);
  await openDemo(page);
  await openApp(page, "/data/history?kind=move");
  const list = page.getByRole("table", { name: "历史" });
  await expect(list.getByRole("link").first()).toBeVisible({ timeout: 60_000 });
  const total = Number(await list.getAttribute("aria-rowcount")) - 1;
  const [heads, ...rows] = rowsOf((await takeList(page, page.getByRole("main"), "CSV")).bytes);
  expect(heads).toEqual((await texts(list.getByRole("columnheader", { includeHidden: true }))).filter((head) => head !== ""));
  expect(rows.length).toBe(total);
  expect(rows[0]?.[0]).toBe(await list.getByRole("link").first().textContent());
  expect(watch.problems).toEqual([]);
});

test("what is in a backup leaves as a table, all pages of it and narrowed as it is", async ({ page, watch }) => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), "kehu-inside-"));
  const file = join(folder, "company.json");
  await run("demo", "--customers", "120", "-o", file);
  const backup = await readFile(file);
  await rm(folder, { recursive: true });
  await openApp(page, "/data/open");
  await chooseBackup(page, backupFile(backup));
  const section = sectionOf(page, "按客户查看");
  await expect(section.getByRole("checkbox", { name: /^选择/ })).toHaveCount(50);
  const [heads, ...rows] = rowsOf((await takeList(page, section, "CSV")).bytes);
  expect(heads).toEqual(["客户", "编号", "记录", "新变更"]);
  expect(rows.filter((row) => row[1] !== "").length).toBe(120);
  expect(rows[1]?.[0]).toBe(await section.getByRole("button", { name: /^查看.*的记录$/ }).nth(1).textContent());
  await section.getByLabel("查找客户").fill("KH-00001");
  await expect(section.getByRole("checkbox", { name: /^选择/ })).toHaveCount(1);
  const [, ...found] = rowsOf((await takeList(page, section, "CSV")).bytes);
  expect(found.map((row) => row[1])).toEqual(["KH-00001"]);
  expect(watch.problems).toEqual([]);
});

/** The section under a heading. */
function sectionOf(page: Page, heading: string): Locator {
  return page.getByRole("heading", { level: 2, name: heading }).locator("xpath=ancestor::section[1]");
}

async function texts(of: Locator): Promise<string[]> {
  return (await of.allTextContents()).map((text) => text.trim());
}
