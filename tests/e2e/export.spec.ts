// I take a list away as I see it: nothing in it evaluates, it comes back the same, and contacts leave with approval only.
import { csv, rowsOf, utf8File } from "./data/csv";
import { partsOf } from "./data/zip";
import { LANGUAGES, inLanguage, prepare, station } from "./helpers/journey";
import { expect, test } from "./helpers/test";
import { begins, say, says } from "./helpers/words";
import { goToExports, takeList, taken } from "./pages/export";
import { chooseTable, importTable, tally, toCheck, toColumns } from "./pages/import";
import { become, holders } from "./pages/settings";
import { goTo, openDemo, saved, startEmpty } from "./pages/shell";

/** Customers whose cells a spreadsheet would take for formulas, numbers or dates. */
const ODD = csv([
  ["客户编号", "客户名称", "手机", "联系人", "备注", "年采购额", "合作起始日"],
  ["KH-1", "=1+1贸易", "13800138000", "赵经理", "+86 请加区号", "1234.50", "2021-03-01"],
  ["000123", "@晨光", "13800138001", "钱经理", "=HYPERLINK(\"http://x\",\"y\")", "", ""],
  ["2026-11-23", "-丰华", "13800138002", "孙经理", "''=已加引号", "0.10", "2020-02-29"],
  ["1E5", "武汉宏大", "13800138003", "李经理", "两行\n备注", "1000000.00", ""],
]);

test("a list leaves as it is seen and comes back the same", async ({ page, watch }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "明德办公");
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  expect(await importTable(page, utf8File("客户.csv", ODD))).toMatchObject({ rows: 4, new: 4 });
  await saved(page);

  // Narrowed, and in the order of the list.
  await goTo(page, "客户");
  const main = page.getByRole("main");
  await main.getByRole("searchbox").fill("武汉");
  await expect(main.getByRole("table").getByRole("link")).toHaveText(["武汉宏大"]);
  const narrowed = rowsOf((await takeList(page, main, "CSV")).bytes);
  expect(narrowed[0]).toEqual(["当前等级", "客户名称", "客户编号", "阶段", "区域", "负责人", "下次联系"]);
  expect(narrowed.slice(1).map((cells) => cells[1])).toEqual(["武汉宏大"]);
  await main.getByRole("searchbox").fill("");
  await expect(main.getByRole("table").getByRole("link")).toHaveCount(4);
  const seen = await main.getByRole("table").getByRole("link").allTextContents();

  // As a workbook: texts are texts.
  const workbook = await takeList(page, main, "Excel");
  expect(workbook.name).toMatch(/^客户-\d{8}-\d{4}\.xlsx$/);
  const parts = partsOf(workbook.bytes);
  const strings = parts.get("xl/sharedStrings.xml") ?? "";
  for (const name of seen) expect(strings).toContain(`<t>${name}</t>`);
  expect(strings).toContain("<t>000123</t>");
  expect(parts.get("xl/worksheets/sheet1.xml")).not.toContain("<f>");
  expect(parts.get("xl/styles.xml")).toContain("quotePrefix");

  // With all fields: guarded, and the same when it comes back.
  const whole = await takeList(page, main, "CSV", true);
  const text = whole.bytes.toString("utf8");
  for (const guarded of ["'=1+1贸易", "'@晨光", "'-丰华", "'+86 请加区号", "''=已加引号"]) expect(text).toContain(guarded);
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  await chooseTable(page, { name: whole.name, mimeType: "text/csv", buffer: whole.bytes });
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toEqual({ rows: 4, new: 0, changed: 0, same: 4, refused: 0, doubles: 0 });

  // All of it is in the log.
  await goToExports(page);
  const log = page.getByRole("listitem").filter({ hasText: "生成文件" });
  await expect(log).toHaveCount(3);
  await expect(log.filter({ hasText: "搜索“武汉”" })).toContainText("客户,1 行");
  expect(watch.problems).toEqual([]);
});

for (const language of LANGUAGES) {
  test(inLanguage("contacts leave once, with a reason and a manager's approval", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    const [manager = ""] = await holders(page, "客户服务部经理");
    const [specialist = ""] = await holders(page, "客户关系专员");
    await become(page, specialist);
    await goToExports(page);
    const ask = page.getByRole("button", { name: say(page, "申请导出") });
    await expect(ask).toBeDisabled();
    await page.getByRole("textbox", { name: say(page, "用途") }).fill("展会邀请 2026");
    await station(page, "export-ask");
    await ask.click();
    await expect(page.getByText(say(page, "申请已提交,等待经理批准。"))).toBeVisible();
    const request = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: says(page, "“{{ who }}”申请导出联系人,{{ count }} 人", { who: specialist }) }) });
    await expect(request).toContainText(says(page, "须由经理或总监批准。"));
    await expect(request.getByRole("button")).toHaveCount(0);

    await become(page, manager);
    await goTo(page, "数据");
    await page.getByRole("link", { name: says(page, "{{ count }} 份导出申请等待您批准", { count: "1" }) }).click();
    await station(page, "export-decide");
    await request.getByRole("textbox", { name: say(page, "批准或退回的理由") }).fill("同意,用后删除");
    await request.getByRole("button", { name: say(page, "批准") }).click();
    await expect(request).toHaveCount(0);

    await become(page, specialist);
    await goToExports(page);
    const make = request.getByRole("group", { name: say(page, "生成文件") });
    const file = await taken(page, make.getByRole("button", { name: "CSV" }));
    await expect(page.getByText(begins(page, "已导出“{{ name }}”,{{ count }} 行。"))).toBeVisible();
    await expect(request).toHaveCount(0);
    const [, ...rows] = rowsOf(file.bytes);
    expect(rows.length).toBeGreaterThan(100);

    // The log says who, what, why and who agreed; and it survives.
    await saved(page);
    await page.reload();
    const entry = page.getByRole("listitem").filter({ hasText: file.name });
    for (const said of [specialist, manager, "展会邀请 2026", "同意,用后删除", String(rows.length)]) await expect(entry).toContainText(said);
    await station(page, "export-log");
    expect(watch.problems).toEqual([]);
  });
}
