// I bring my customers and orders as they are: what is readable comes in, what is not comes back with its reason.
import { expect, test } from "./helpers/test";
import { largeCustomerList, largeOrderList, smallCustomerList, smallOrderList, type Expected } from "./data/company";
import { rowsOf } from "./data/csv";
import { countShown } from "./pages/customers";
import { chooseTable, commit, expectSeen, importTable, takeRefused, tally, toCheck, toColumns } from "./pages/import";
import { goTo, openApp, saved } from "./pages/shell";

test("a list with dirt in it is rehearsed, imported, undone and imported again", async ({ page, watch }) => {
  const { file, expected, refused } = smallCustomerList();
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  await chooseTable(page, file);
  await expectSeen(page, "GB18030", "客户", expected.rows);
  await toColumns(page);
  await expect(page.getByText("每一列都有去处。")).toBeVisible();

  await toCheck(page);
  const counts = await tally(page);
  expect(counts).toEqual(expected);
  expectToAddUp(counts);
  const bytes = await takeRefused(page);
  const [headings = [], ...rows] = rowsOf(bytes);
  expect(rows).toHaveLength(refused.length);
  for (const { row, cell } of refused) {
    const code = `KH${String(row - 1).padStart(5, "0")}`;
    const cells = rows.find((cells) => cells.includes(code)) ?? [];
    expect(cells).toContain(cell);
    // The row as it came, and one more column with the reason.
    expect(cells).toHaveLength(headings.length);
    expect(cells.at(-1)).toMatch(/\p{Script=Han}{2}/u);
  }

  await commit(page);
  expect(await tally(page)).toEqual(expected);
  await saved(page);
  await goTo(page, "客户");
  const imported = await countShown(page);
  expect(imported).toBe(expected.new + 1);

  await toImport(page);
  await page.getByRole("button", { name: /^撤销“.+”这次导入$/ }).click();
  await expect(page.getByText(/已撤销[:：]\d+ 条记录恢复原样/)).toBeVisible();
  await goTo(page, "客户");
  await expect(page.getByRole("heading", { name: "还没有客户" })).toBeVisible();

  await toImport(page);
  await importTable(page, file);
  await toImport(page);
  await chooseTable(page, file);
  await toColumns(page);
  await toCheck(page);
  const again = await tally(page);
  expectToAddUp(again);
  expect({ new: again.new, changed: again.changed, refused: again.refused }).toEqual({ new: 0, changed: 0, refused: 4 });
  expect(watch.problems).toEqual([]);
});

test("rows that are refused are named with row, column and reason", async ({ page }) => {
  const { file, refused } = smallCustomerList();
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  await chooseTable(page, file);
  await toColumns(page);
  await toCheck(page);
  for (const { row, cell, reason } of refused) {
    const group = page.getByText(reason).first();
    await expect(group).toBeVisible();
    const line = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: new RegExp(`第 ${row} 行$`) }) });
    if (!(await line.filter({ hasText: cell }).first().isVisible())) await group.click();
    await expect(line.filter({ hasText: cell }).first()).toBeVisible();
  }
});

test("orders follow their customers", async ({ page }) => {
  const orders = smallOrderList(new Date());
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  await importTable(page, smallCustomerList().file);
  await page.getByRole("button", { name: "接着导入订单" }).click();
  await chooseTable(page, orders.file);
  await expectSeen(page, "UTF-8", "交易", orders.rows);
  await toColumns(page);
  await toCheck(page);
  expect(await tally(page)).toMatchObject({ rows: orders.rows, new: orders.rows, refused: 0 });
  await commit(page);
});

test("five thousand customers and their orders come in", async ({ page }) => {
  test.setTimeout(300_000);
  const customers = largeCustomerList();
  const orders = largeOrderList(new Date());
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  expect(await importTable(page, customers.file)).toEqual(customers.expected);
  await page.getByRole("button", { name: "接着导入订单" }).click();
  const counts = await importTable(page, orders.file);
  expect(counts.rows).toBe(orders.rows);
  expectToAddUp(counts);
  const unknown = new Set(customers.refused.map(({ row }) => `KH${String(row - 1).padStart(5, "0")}`));
  const lost = rowsOf(orders.file.buffer).filter(([, customer = ""]) => unknown.has(customer)).length;
  expect(counts.refused).toBe(lost);
  await saved(page);
  await page.reload();
  await goTo(page, "客户");
  expect(await countShown(page)).toBe(customers.expected.new);
});

async function toImport(page: import("@playwright/test").Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  await expect(page.getByRole("heading", { name: "选择文件" })).toBeVisible();
}

function expectToAddUp(counts: Expected): void {
  expect(counts.new + counts.changed + counts.same + counts.refused + counts.doubles).toBe(counts.rows);
}
