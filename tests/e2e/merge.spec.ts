// A complaint made twice is one: the second is merged into the first, both say so, and the month's report counts them.
import type { Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { about, beginCase, choose, confirm, expectStep, file, fillFor, move, start } from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { addStaff, become } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";

const CUSTOMER = "青石茶行";

/** Takes a complaint as its first receiver; resolves on its case, with the address of it. */
async function complain(page: Page, facts: string): Promise<string> {
  await beginCase(page, "投诉接待");
  await about(page, CUSTOMER);
  await page.getByLabel("渠道").selectOption({ label: "电话" });
  await start(page);
  await fillFor(page, "确认受理", "客户投诉登记表");
  await page.getByRole("textbox", { name: /^投诉人/ }).fill("陈掌柜");
  await choose(page, "身份", "本人");
  await page.getByRole("textbox", { name: /^联系方式/ }).fill("13800138000");
  await page.getByLabel("投诉类别").selectOption({ label: "交付物流" });
  await page.getByLabel(/^发生时间/).fill("2026-01-05T09:30");
  await page.getByRole("textbox", { name: /^事实经过/ }).fill(facts);
  await page.getByRole("group", { name: /^客户诉求/ }).getByRole("checkbox", { name: "道歉" }).check();
  await page.getByRole("textbox", { name: /^主张损失/ }).fill("0");
  await choose(page, "安全影响", "无");
  await choose(page, "舆情法律", "无");
  await file(page);
  await move(page, "确认受理");
  await choose(page, "是否投诉某位员工", "否");
  await confirm(page);
  await expectStep(page, "已确认");
  await saved(page);
  return page.url();
}

test("a complaint that comes twice is merged, both cases lead to each other, and the report counts them", async ({ page }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addStaff(page, "王恕", ["客户投诉专员", "客户投诉主管"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await become(page, "李敏");
  const first = await complain(page, "货晚到两天。");
  const second = await complain(page, "货晚到两天，还没有人回话。");
  const [, one = ""] = first.split("/cases/");
  const [, two = ""] = second.split("/cases/");

  await become(page, "王恕");
  await page.goto(second);
  await move(page, "并案");
  const menu = page.getByLabel("并入哪一案");
  await menu.selectOption(two);
  await choose(page, "同一人、同一事项且未了结", "是");
  await choose(page, "带来新的事实", "否");
  await confirm(page);
  await expect(page.getByRole("main").getByText("不能并入它自己，请选先前那件投诉。").first()).toBeVisible();
  await menu.selectOption(one);
  await confirm(page);
  await expectStep(page, "并案");
  await saved(page);

  // From the second to the first, and back.
  await page.getByRole("main").getByRole("link", { name: /投诉接待.*青石茶行/ }).click();
  await expect(page).toHaveURL(new RegExp(`${one}$`));
  await expectStep(page, "已确认");
  const facts = page.getByRole("main");
  await expect(facts.getByText("并入的投诉").first()).toBeVisible();
  await expect(facts.getByText("同一事项第几次投诉：2")).toBeVisible();
  await expect(facts.getByRole("link", { name: /投诉接待.*并案/ })).toHaveAttribute("href", `/cases/${two}`);

  // What has ended is not filled in any more.
  await page.goto(`${second}?form=F-6.1-1`);
  await expect(page.getByText(/此事项已结束/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "提交" })).toHaveCount(0);

  await goTo(page, "手册");
  await page.goto("/cases/new?form=F-6.2-5");
  await page.getByRole("textbox", { name: /^月份/ }).fill(await page.evaluate(() => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7)));
  const counted = page.getByRole("table").filter({ hasText: "交付物流" });
  await expect(counted.getByRole("row").filter({ hasText: "交付物流" })).toContainText("2");
});
