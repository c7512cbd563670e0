// I say how rows and records meet, put bad cells right where I see them, and nothing is ever half imported.
import type { Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { utf8File, type FileToChoose } from "./data/csv";
import { largeCustomerList } from "./data/company";
import { workbook } from "./data/workbook";
import { countShown } from "./pages/customers";
import { exportBackup } from "./pages/data";
import { chooseTable, commit, expectSeen, importTable, rehearse, tally, toCheck, toColumns, toRules } from "./pages/import";
import { goTo, openApp, saved, startEmpty } from "./pages/shell";

const FIRST = "客户编号,客户名称,简称,联系人,手机\nA1,青石茶行,青石,陈掌柜,13800138000\nA2,南山布庄,南山,钱二,13800138001\n";
const LATER = "客户编号,客户名称,简称,联系人,手机\nA1,青石茶行,,陈掌柜,13800138000\nA2,南山布庄,新南山,钱二,13800138001\nA3,北河米店,北河,孙三,13800138002\n";

test("the rules decide what is added, what is updated, and what an empty cell does", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  await importTable(page, utf8File("旧.csv", FIRST));
  await page.getByRole("button", { name: "再导入一个文件" }).click();
  await chooseTable(page, utf8File("新.csv", LATER));
  await toColumns(page);
  await toRules(page);
  // A beginner finds everything chosen.
  await expect(page.getByRole("radio", { name: "新的新增，已有的更新" })).toBeChecked();
  await expect(page.getByRole("radio", { name: "保留原有内容" })).toBeChecked();
  await rehearse(page);
  expect(await tally(page)).toEqual({ rows: 3, new: 1, changed: 1, same: 1, refused: 0, doubles: 0 });

  await back(page, "按什么规则");
  await page.getByRole("radio", { name: "只更新，不新增" }).check();
  await page.getByRole("radio", { name: /^清空原有内容/ }).check();
  await rehearse(page);
  expect(await tally(page)).toEqual({ rows: 3, new: 0, changed: 2, same: 0, refused: 0, doubles: 0 });
  await expect(page.getByText("按规则略过", { exact: true })).toBeVisible();
  await page.getByText("更新前后").click();
  const cleared = page.getByRole("row").filter({ hasText: "青石茶行" });
  await expect(cleared.getByText("青石", { exact: true })).toBeVisible();
  await expect(cleared.getByText("（空）")).toBeVisible();
  await page.getByText("按规则略过的行").click();
  await expect(page.getByRole("row").filter({ hasText: "北河米店" })).toBeVisible();

  await back(page, "按什么规则");
  await page.getByRole("radio", { name: "只新增，已有的不动" }).check();
  await rehearse(page);
  expect(await tally(page)).toEqual({ rows: 3, new: 1, changed: 0, same: 0, refused: 0, doubles: 0 });
  await commit(page);
  await goTo(page, "客户");
  expect(await countShown(page)).toBe(3);
});

test("bad cells are put right in place and judged again", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  const rows = "客户名称,手机,成立日期\n青石茶行,123,2020-01-02\n南山布庄,13800138001,昨天\n北河米店,13800138002,前天\n";
  await chooseTable(page, utf8File("客户.csv", rows));
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: 3, new: 0, refused: 3 });
  await page.getByLabel("改正第 2 行的“手机”").fill("13800138000");
  await page.getByText("“成立日期”不是日期").click();
  const wrong = page.getByLabel("改正第 3 行的“成立日期”");
  await expect(wrong).toHaveValue("昨天");
  await wrong.fill("2021年3月4日");
  await wrong.press("Tab");
  await expect(page.getByText("已改正 2 个单元格。")).toBeVisible();
  await expect(page.getByRole("button", { name: "开始导入" })).toBeDisabled();
  await page.getByRole("button", { name: "按改正后的内容重新检查" }).click();
  await expect(page.getByText("将写入 2 行。")).toBeVisible();
  expect(await tally(page)).toMatchObject({ rows: 3, new: 2, refused: 1 });
  await expect(page.getByLabel("改正第 4 行的“成立日期”")).toHaveValue("前天");
  await commit(page);
  await goTo(page, "客户");
  expect(await countShown(page)).toBe(2);
});

test("next month's file is read as this month's was, until I begin anew", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  await chooseTable(page, utf8File("十月.csv", FIRST));
  await expect(page.getByText(/上次导入这种表头的文件/)).toHaveCount(0);
  await toColumns(page);
  await page.getByLabel("“简称”对应的字段").selectOption("不导入");
  await toRules(page);
  await page.getByRole("radio", { name: /^清空原有内容/ }).check();
  await page.getByRole("radio", { name: "只凭编号" }).check();
  await rehearse(page);
  // A rehearsal alone is nothing to go by.
  await page.reload();
  await toImport(page);
  await chooseTable(page, utf8File("十月.csv", FIRST));
  await expect(page.getByRole("button", { name: "下一步" })).toBeEnabled();
  await expect(page.getByText(/上次导入这种表头的文件/)).toHaveCount(0);
  await toColumns(page);
  await expect(page.getByText("确定：与上次相同")).toHaveCount(5);
  await toRules(page);
  await expect(page.getByRole("radio", { name: "保留原有内容" })).toBeChecked();
  await page.getByRole("radio", { name: /^清空原有内容/ }).check();
  await page.getByRole("radio", { name: "只凭编号" }).check();
  await rehearse(page);
  await commit(page);
  await saved(page);

  await page.reload();
  await toImport(page);
  // The same headings in another order.
  await chooseTable(page, utf8File("十一月.csv", "手机,客户编号,客户名称,联系人,简称\n,A1,青石茶行,陈掌柜,\n"));
  await expect(page.getByText(/上次导入这种表头的文件是在 \d{4}年\d+月\d+日/)).toBeVisible();
  await page.getByRole("button", { name: "照旧，直接检查" }).click();
  await expect(page.getByText(/将写入 1 行/)).toBeVisible();
  await page.getByText("更新前后").click();
  await expect(page.getByRole("row").filter({ hasText: "13800138000" }).getByText("（空）")).toBeVisible();
  await back(page, "按什么规则");
  await expect(page.getByRole("radio", { name: /^清空原有内容/ })).toBeChecked();
  await expect(page.getByRole("radio", { name: "只凭编号" })).toBeChecked();

  await page.getByRole("button", { name: "重新设定" }).click();
  await expect(page.getByRole("heading", { name: "每一列是什么" })).toBeVisible();
  await expect(page.getByText("每一列都有去处。")).toBeVisible();
  await toRules(page);
  await expect(page.getByText(/上次导入这种表头的文件/)).toHaveCount(0);
  await expect(page.getByRole("radio", { name: "保留原有内容" })).toBeChecked();
});

test("rows with too many or too few cells are put in order where I see them", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  const rows = "客户编号,客户名称,简称,手机\nA1,南山,布庄,南山,13800138001\nA2,北河米店,13800138002\nA3,青石茶行,青石,13800138000\n";
  await chooseTable(page, utf8File("客户.csv", rows));
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: 3, new: 1, refused: 2 });
  const long = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /第 2 行$/ }) });
  await long.getByText("逐格理顺第 2 行").click();
  await expect(long.getByText("多 1 格。")).toBeVisible();
  await expect(long.getByRole("button", { name: "这一行就这样" })).toBeDisabled();
  await expect(long.getByRole("textbox", { name: "第 5 格（无表头）" })).toHaveValue("13800138001");
  await long.getByRole("button", { name: "把“客户名称”与下一格合并" }).click();
  await expect(long.getByRole("textbox", { name: "客户名称" })).toHaveValue("南山,布庄");
  await long.getByRole("textbox", { name: "客户名称" }).fill("南山布庄");
  await long.getByRole("button", { name: "这一行就这样" }).click();
  await expect(page.getByText("已理顺 1 行。")).toBeVisible();

  const short = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /第 3 行$/ }) });
  await short.getByText("逐格理顺第 3 行").click();
  await expect(short.getByText("少 1 格。")).toBeVisible();
  await short.getByRole("button", { name: "在“简称”前面补一个空格子" }).click();
  await expect(short.getByRole("textbox", { name: "手机" })).toHaveValue("13800138002");
  await short.getByRole("button", { name: "这一行就这样" }).click();
  await page.getByRole("button", { name: "按改正后的内容重新检查" }).click();
  await expect(page.getByText("将写入 3 行。")).toBeVisible();
  expect(await tally(page)).toMatchObject({ rows: 3, new: 3, refused: 0 });
  await commit(page);
  await goTo(page, "客户");
  expect(await countShown(page)).toBe(3);
  await expect(page.getByRole("link", { name: "南山布庄" })).toBeVisible();
});

test("call logs come in with durations as telephone systems write them", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  const calls = workbook("通话记录.xlsx", {
    通话: [
      ["流水号", "来电时间", "主叫号码", "通话时长"],
      ["C1", "2026-11-23 09:30", "13800138000", "0:03:25"],
      ["C2", "2026-11-23 09:31", "13800138000", "3:25"],
      ["C3", "2026-11-23 09:32", "13800138000", "3分25秒"],
      ["C4", "2026-11-23 09:33", "13800138000", 205],
      ["C5", "2026-11-23 09:34", "13800138000", "3.25"],
    ],
  });
  await chooseTable(page, calls);
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: 5, new: 4, refused: 1 });
  await expect(page.getByText("“通话时长”不是确定的时长，请写成 0:03:25、3分25秒或秒数")).toBeVisible();
  const unclear = page.getByLabel("改正第 6 行的“通话时长”");
  await unclear.fill("0:03:15");
  await unclear.press("Tab");
  await page.getByRole("button", { name: "按改正后的内容重新检查" }).click();
  await expect(page.getByText("将写入 5 行。")).toBeVisible();
  await commit(page);
});

test("a workbook comes in by the sheet I choose, whatever the order of its columns", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  const file = workbook("客户.xlsx", {
    说明: [["本表由销售部维护"]],
    客户: [
      ["客户一览"],
      [],
      ["手机", "成立日期", "联系人", "客户名称*(必填)"],
      ["13800138000", "2020-01-02", "陈掌柜", "青石茶行"],
      ["138 0013 8001", 46349, "钱二", "南山布庄"],
    ],
  });
  await chooseTable(page, file);
  await page.getByLabel("哪一张工作表").selectOption("客户");
  await expect(page.getByText("工作簿", { exact: true })).toBeVisible();
  await expect(page.getByLabel("表头在哪一行").getByRole("option", { selected: true })).toContainText("第 3 行");
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toEqual({ rows: 2, new: 2, changed: 0, same: 0, refused: 0, doubles: 0 });
  await commit(page);
  await page.getByRole("button", { name: "再导入一个文件" }).click();
  // The same rows as a text, in another order, are the same customers.
  const text = "客户名称,联系人,手机,成立日期\n青石茶行,陈掌柜,13800138000,2020/1/2\n南山布庄,钱二,13800138001,2026年11月23日\n";
  await chooseTable(page, utf8File("客户.csv", text));
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: 2, new: 0, changed: 0, same: 2 });
});

test("records in JSON, a guess to confirm, and a new field with its type", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await toImport(page);
  const records = [
    { 客户名称: "青石茶行", 常用邮箱: "a@example.cn", 门店面积: "120" },
    { 客户名称: "南山布庄", 常用邮箱: "b@example.cn", 门店面积: "很大" },
  ];
  await chooseTable(page, { name: "客户.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(records)) });
  await expect(page.getByText("JSON", { exact: true })).toBeVisible();
  await toColumns(page);
  await expect(page.getByText("有 2 列不导入。")).toBeVisible();
  await expect(page.getByText("请确认：可能是“邮箱”")).toBeVisible();
  await page.getByRole("button", { name: "就是“邮箱”" }).click();
  await page.getByLabel("“门店面积”对应的字段").selectOption("新建字段“门店面积”");
  await page.getByLabel("新字段“门店面积”的类型").selectOption("整数");
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: 2, new: 1, refused: 1 });
  await expect(page.getByText("“门店面积”不是确定的数字")).toBeVisible();
  await commit(page);
  await page.getByRole("button", { name: "再导入一个文件" }).click();
  await chooseTable(page, utf8File("又一批.csv", "客户名称,门店面积\n东街书局,80\n"));
  await toColumns(page);
  await expect(page.getByText("确定：与字段名一致")).toHaveCount(2);
});

test("an import that is killed is wholly there or wholly not, and is undone after a restart", async ({ profile, server }) => {
  test.setTimeout(300_000);
  const customers = largeCustomerList();
  let context = await profile.open();
  let page = await context.newPage();
  await startEmpty(page, "晨光商贸", server.address);
  await toImport(page);
  const toWrite = async (file: FileToChoose) => {
    await chooseTable(page, file);
    await expect(page.getByRole("button", { name: "下一步" })).toBeEnabled({ timeout: 120_000 });
    await toColumns(page);
    await toCheck(page);
    await page.getByRole("button", { name: "开始导入" }).click();
  };
  await toWrite(customers.file);
  // As soon as something is being written, the lights go out.
  await expect(page.getByRole("progressbar")).toBeVisible();
  await profile.kill();

  context = await profile.open();
  page = await context.newPage();
  await openApp(page, server.address);
  await goTo(page, "客户");
  const isThere = !(await page.getByRole("heading", { name: "还没有客户" }).isVisible());
  expect(isThere ? await countShown(page) : 0).toBe(isThere ? customers.expected.new : 0);
  await toImport(page);
  if (!isThere) {
    await toWrite(customers.file);
    await expect(page.getByRole("heading", { name: "导入完成" })).toBeVisible({ timeout: 120_000 });
    await saved(page);
    await page.reload();
    await toImport(page);
  }
  await page.getByRole("button", { name: /^撤销“.+”这次导入$/ }).click();
  await expect(page.getByText(/已撤销[:：][\d,]+ 条记录恢复原样/)).toBeVisible({ timeout: 120_000 });
  await goTo(page, "客户");
  await expect(page.getByRole("heading", { name: "还没有客户" })).toBeVisible();
});

test("the page answers while a large file is rehearsed, and the work can be stopped", async ({ page }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  const before = await exportBackup(page);
  await toImport(page);
  const { file, expected } = largeCustomerList();
  await chooseTable(page, file);
  await expectSeen(page, "GB18030", "客户", expected.rows);
  await toColumns(page);
  await toRules(page);
  await page.getByRole("button", { name: "下一步" }).click();
  // A quick machine may be through before the hand is there; either way nothing is written yet.
  const stop = page.getByRole("button", { name: "停止" });
  const isStopped = await stop.click({ timeout: 3_000 }).then(() => true, () => false);
  await expect(page.getByText(isStopped ? /检查已停止|将写入/ : /将写入/).first()).toBeVisible({ timeout: 60_000 });
  expect((await exportBackup(page)).equals(before)).toBe(true);
});

async function toImport(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  await expect(page.getByRole("heading", { name: "选择文件" })).toBeVisible();
}

async function back(page: Page, heading: string): Promise<void> {
  await page.getByRole("button", { name: "上一步" }).click();
  await expect(page.getByRole("heading", { name: heading })).toBeVisible();
}
