// I want to know how much a customer matters, and why.
import { expect, test } from "./helpers/test";
import { smallCustomerList, smallOrderList } from "./data/company";
import { gradeAll, openCustomer } from "./pages/customers";
import { goTo, startEmpty } from "./pages/shell";
import { importTable, chooseTable } from "./pages/import";

/** A customer with orders, and the one without. */
const BUYER = "武汉第1贸易有限公司";
const STRANGER = "青岛第20贸易有限公司";

test.beforeEach(async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await goTo(page, "数据");
  await page.getByRole("link", { name: "导入表格" }).click();
  await importTable(page, smallCustomerList().file);
  await page.getByRole("button", { name: "接着导入订单" }).click();
  await importTable(page, smallOrderList(new Date()).file);
});

test("everybody is graded from the list, and every grade opens to its reasons", async ({ page, watch }) => {
  const { graded, ungraded } = await gradeAll(page);
  expect(graded).toBeGreaterThan(0);
  expect(ungraded).toBeGreaterThan(0);
  await openCustomer(page, BUYER);
  const trace = page.getByRole("table", { name: "得分是怎么来的" });
  await expect(trace).toBeVisible();
  for (const item of ["年销售额", "毛利率", "按期回款率", /^战略/]) {
    await expect(trace.getByRole("rowheader", { name: item })).toBeVisible();
  }
  const sales = trace.getByRole("row").filter({ hasText: "年销售额" });
  await expect(sales).toContainText(/元/);
  await expect(sales).toContainText("25");
  await expect(trace.getByRole("row").filter({ hasText: "按期回款率" })).toContainText("不适用");
  await expect(page.getByText(/战略.*还没有人填写。/)).toBeVisible();
  await expect(page.getByText(/年销售额[:：]12 笔订单/)).toBeVisible();
  expect(watch.problems).toEqual([]);
});

test("who cannot be graded is told what is missing", async ({ page }) => {
  await gradeAll(page);
  await openCustomer(page, STRANGER);
  await expect(page.getByText(/^待评[:：]/)).toBeVisible();
  await expect(page.getByText(/年销售额/).first()).toBeVisible();
});

test("an input that only a person knows is filled in and counts at once", async ({ page }) => {
  await gradeAll(page);
  await openCustomer(page, BUYER);
  const trace = page.getByRole("table", { name: "得分是怎么来的" });
  const influence = trace.getByRole("row").filter({ hasText: "战略" });
  await expect(influence).toContainText("缺少");
  const fold = page.getByText("补充数据", { exact: true });
  const five = page.getByRole("group", { name: /战略影响/ }).getByRole("radio", { name: /^5/ });
  if (!(await five.isVisible())) await fold.click();
  await five.check();
  await page.getByRole("button", { name: "保存并评级" }).click();
  await expect(page.getByText("已保存并重新评级。")).toBeVisible();
  await expect(influence).not.toContainText("缺少");
  await expect(influence).toContainText("100");
});

test("a sheet of orders chosen by mistake is not taken for customers", async ({ page }) => {
  await goTo(page, "数据");
  await page.getByRole("link", { name: "导入表格" }).click();
  await chooseTable(page, smallOrderList(new Date()).file);
  await expect(page.getByLabel("里面是什么")).toHaveValue("order");
});
