// A customer is graded from what they ordered, the grade is approved, and the customer has it.
import { expect, test } from "./helpers/test";
import { smallCustomerList, smallOrderList } from "./data/company";
import { about, beginCase, expectStep, file, fillFor, move, start } from "./pages/cases";
import { openCustomer } from "./pages/customers";
import { importTable } from "./pages/import";
import { addStaff, become } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";

/** A customer who orders every month. */
const BUYER = "武汉第1贸易有限公司";

test("the sheet works itself out from the orders, and publishing it gives the customer the grade", async ({ page }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await goTo(page, "数据");
  await page.getByRole("link", { name: "导入表格" }).click();
  await importTable(page, smallCustomerList().file);
  await page.getByRole("button", { name: "接着导入订单" }).click();
  await importTable(page, smallOrderList(new Date()).file);
  await addStaff(page, "李敏", ["大客户主管"]);
  await addStaff(page, "方远", ["客户服务总监"]);
  await become(page, "李敏");

  await beginCase(page, "客户分级");
  await about(page, BUYER);
  await start(page);
  await expectStep(page, "数据收集");
  await fillFor(page, "评分", "客户分级评分表");
  await expect(page.getByRole("textbox", { name: /^年销售额/ })).not.toHaveValue("");
  const trace = page.getByRole("table", { name: "得分是怎么来的" });
  await expect(trace.getByRole("row").filter({ hasText: "年销售额" })).toContainText("元");
  await file(page);
  await expectStep(page, "已评分");

  await fillFor(page, "提交", "客户等级评定审批表");
  await file(page);
  await expectStep(page, "已提交");
  await saved(page);
  // Nobody approves what they filed themselves.
  await expect(page.getByRole("main").getByRole("button", { name: /^批准/ })).toBeDisabled();

  await become(page, "方远");
  await goTo(page, "事项");
  await page.getByRole("main").getByRole("listitem").getByRole("link", { name: BUYER }).click();
  await move(page, "批准");
  await expectStep(page, "已生效");
  await saved(page);
  await openCustomer(page, BUYER);
  await expect(page.getByRole("main").getByText("等级有效期至").first()).toBeAttached();
});
