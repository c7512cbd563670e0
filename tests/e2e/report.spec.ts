// A form filled for itself: from the handbook, kept while typing, filed with its number, and what it leads to.
import { test, expect } from "./helpers/test";
import { addCustomer } from "./pages/customers";
import { addStaff } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";
import { expectStep } from "./pages/cases";

test("a monthly report is a task of its own, and its actions become tasks", async ({ page }) => {
  await startEmpty(page, "明德办公");
  await addStaff(page, "高敏", ["客户关系主管"]);
  await addCustomer(page, "晨光文具");
  await goTo(page, "手册");
  await page.getByRole("main").getByRole("link", { name: /客户回访/ }).first().click();
  await page.getByRole("main").getByRole("link", { name: "回访分析报告", exact: true }).click();
  await page.getByRole("link", { name: "填写此表" }).click();
  await page.getByRole("textbox", { name: /^月份/ }).fill("2026-11");
  await page.getByRole("textbox", { name: /^分析/ }).fill("交付投诉集中在周五下午");

  await goTo(page, "今日");
  await page.getByRole("listitem").filter({ hasText: "回访分析报告" }).getByRole("link").click();
  await expect(page.getByRole("textbox", { name: /^分析/ })).toHaveValue("交付投诉集中在周五下午");
  await page.getByRole("button", { name: "提交" }).click();
  await expect(page.getByRole("alert")).toContainText("措施");

  await page.getByRole("button", { name: "添加一行：措施" }).click();
  await page.getByRole("textbox", { name: /^措施/ }).fill("周五加一趟送货");
  await page.getByLabel(/^责任人/).selectOption({ label: "高敏" });
  await page.getByLabel(/^(完成)?期限|^完成日期/).fill("2026-12-11");
  await page.getByRole("button", { name: "提交" }).click();
  await expectStep(page, "已完成");
  await expect(page.getByText(/HF-\d{8}-/).first()).toBeVisible();
  await saved(page);

  await goTo(page, "事项");
  await page.getByRole("main").getByRole("link", { name: /周五加一趟送货|任务/ }).first().click();
  await expectStep(page, "待办");
  await expect(page.getByRole("main")).toContainText("周五加一趟送货");

  await page.goto("/handbook/3.1?form=F-3.1-4");
  await expect(page.getByRole("heading", { name: "已填报" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: /^HF-/ })).toHaveCount(1);
});
