// I plan a follow-up from Today, record it, settle what came up, and my supervisor closes it.
import { inMinutes } from "./helpers/moment";
import { expect, test } from "./helpers/test";
import { choose, expectRefused, expectStep, file } from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { addStaff, become } from "./pages/settings";
import { goTo, openDemo, startEmpty } from "./pages/shell";
import { fillRecord, openRecord, planFromToday } from "./pages/visit";

const CUSTOMER = "青石茶行";

test.describe("in my own company", () => {
  test.beforeEach(async ({ page }) => {
    await startEmpty(page, "晨光商贸");
    await addStaff(page, "李敏", ["客户关系专员"]);
    await addStaff(page, "王主管", ["客户关系主管"]);
    await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
    await planFromToday(page, CUSTOMER);
  });

  test("a follow-up goes from the plan to the end, each step by who may take it", async ({ page, watch }) => {
    await expectRefused(page, "预约", "只有上门回访才需要预约。");
    // The hours for calls, whichever it is now.
    await expect(page.getByText(/现在可以致电。|下次可致电时间：/)).toBeVisible();
    await expectRefused(page, "三次未通", "须在三个不同的日子各试一次。");
    await openRecord(page);
    await fillRecord(page);
    await choose(page, "价格", /^2/);
    await page.getByRole("textbox", { name: /^新需求/ }).fill("春茶礼盒三百份");
    await file(page);
    await expectStep(page, "已回访");
    await expectRefused(page, "关闭", /由客户关系主管办理/);

    await page.getByRole("link", { name: /^提出问题[:：]/ }).click();
    await page.getByRole("textbox", { name: /^问题/ }).fill("上次到货少两箱");
    await choose(page, "程度", "一般");
    await page.getByLabel("责任部门").selectOption({ index: 1 });
    await file(page);
    await expectStep(page, "问题处理中");

    await page.getByRole("link", { name: /^客户认可[:：] ?继续填写/ }).click();
    await expect(page.getByRole("textbox", { name: /^问题/ })).toHaveValue("上次到货少两箱");
    await page.getByRole("textbox", { name: /^解决办法/ }).fill("已补发两箱并致歉");
    await page.getByLabel("解决时间").fill(await inMinutes(page, -5));
    await choose(page, "客户意见", /^认可/);
    await file(page);
    await expectStep(page, "已回访");

    await become(page, "王主管");
    await goTo(page, "事项");
    await page.getByRole("main").getByRole("link", { name: CUSTOMER }).click();
    await page.getByRole("button", { name: /^关闭/ }).click();
    await expectStep(page, "已关闭");
    await expect(page.getByText(/此事项已结束/)).toBeVisible();
    await expect(page.getByText("客户回访记录表").first()).toBeVisible();
    await expect(page.getByText("回访问题处理单").first()).toBeVisible();
    await goTo(page, "事项");
    await expect(page.getByRole("heading", { name: "没有进行中的事项" })).toBeVisible();
    expect(watch.problems).toEqual([]);
  });

  test("a record that lacks something says everything at once and leads to the first of it", async ({ page }) => {
    await openRecord(page);
    await page.getByRole("button", { name: "提交" }).click();
    const summary = page.getByRole("alert").filter({ hasText: /请先改好以下 \d+ 处/ });
    await expect(summary).toBeFocused();
    const links = summary.getByRole("link");
    expect(await links.count()).toBeGreaterThanOrEqual(3);
    await links.first().click();
    await expect(page.getByRole("textbox", { name: /^时长/ })).toBeFocused();
    await page.keyboard.type("15");
    await expect(summary.getByRole("link", { name: /时长/ })).toHaveCount(0);
    await expect(links).not.toHaveCount(0);
  });

  test("what the customer rated is asked only of a follow-up that took place", async ({ page }) => {
    await openRecord(page);
    const ratings = page.getByRole("heading", { name: "客户评价" });
    await expect(ratings).toBeHidden();
    await page.getByLabel("结果").selectOption({ label: "完成" });
    await expect(ratings).toBeVisible();
    await page.getByLabel("结果").selectOption({ label: "无人接" });
    await expect(ratings).toBeHidden();
  });

  test("an attempt without an answer is noted once a day", async ({ page }) => {
    await page.getByRole("button", { name: /^未接通/ }).click();
    await expectRefused(page, "未接通", "今天已经试过，请换一天。");
    await expectStep(page, "已计划");
  });
});

test("in the demo, who I am decides what I may do", async ({ page }) => {
  await openDemo(page);
  await goTo(page, "设置");
  const menu = page.getByLabel("我是", { exact: true });
  const specialist = menu.getByRole("option").filter({ hasText: "客户关系专员" }).first();
  await menu.selectOption({ label: (await specialist.textContent()) ?? "" });
  await expect(page.getByText(/现在以“.+”的身份工作。/)).toBeVisible();
  await goTo(page, "今日");
  const plan = page.getByRole("button", { name: /^安排回访[:：]/ }).first();
  await plan.click();
  await expectStep(page, "已计划");
  await expect(page.getByRole("link", { name: /^记录回访[:：]/ })).toBeVisible();
});
