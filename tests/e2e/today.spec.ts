// Today is the page I live in: what presses, by urgency, each number the list behind it; and it is right after a week away.
import { expect, offlineReady, test } from "./helpers/test";
import { about, beginCase, start } from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { addStaff, become } from "./pages/settings";
import { goTo, openApp, openDemo, saved, startEmpty } from "./pages/shell";
import { becomeOne, expectNumbersOpenTheirLists, figure } from "./pages/today";

const CUSTOMER = "青石茶行";

test("a manager sees the team's work and whose it is, and opens the list of one person", async ({ page, watch }) => {
  test.setTimeout(120_000);
  await openDemo(page);
  await becomeOne(page, "客户服务部经理");
  await goTo(page, "今日");
  const whose = page.getByRole("group", { name: "范围" });
  await expect(whose.getByRole("radio", { name: "团队" })).toBeChecked();
  await whose.getByRole("radio", { name: "我的" }).check();
  await expect(page).toHaveURL(/whose=me/);
  await whose.getByRole("radio", { name: "团队" }).check();
  await expect(page).toHaveURL(/whose=team/);
  const team = page.getByRole("table").filter({ has: page.getByRole("columnheader", { name: "人员" }) });
  const people = team.getByRole("row").filter({ has: page.getByRole("rowheader") });
  expect(await people.count()).toBeGreaterThan(1);
  const overdue = people.first().getByRole("link", { name: /^已逾期/ });
  const number = Number(await overdue.textContent());
  const name = await people.first().getByRole("rowheader").textContent();
  await overdue.click();
  await expect(page.getByRole("status").filter({ hasText: `${name}的 · 共 ${number} 项` })).toBeVisible();
  await page.goBack();
  await expect(people.first()).toBeVisible();
  await expectNumbersOpenTheirLists(page);
  expect(watch.problems).toEqual([]);
});

test("a specialist has no team, and a supervisor of nobody neither", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await goTo(page, "今日");
  await expect(page.getByRole("list", { name: "今天的数字" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "团队" })).toHaveCount(0);
});

test("a complaint left alone for a week while the app was shut is overdue and escalated at the next start, offline", async ({
  page,
  context,
}) => {
  test.setTimeout(120_000);
  await page.clock.setFixedTime("2026-11-23T10:20:00+08:00");
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addStaff(page, "赵经理", ["客户服务部经理"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await become(page, "李敏");
  await beginCase(page, "投诉接待");
  await about(page, CUSTOMER);
  await page.getByLabel("渠道").selectOption({ label: "电话" });
  await start(page);
  await saved(page);
  await goTo(page, "今日");
  await expect(figure(page, "已逾期")).toHaveText(/^0/);
  await become(page, "赵经理");
  await goTo(page, "今日");
  await expect(page.getByRole("heading", { name: "上报给我" })).toHaveCount(0);
  await become(page, "李敏");
  await offlineReady(page);
  await page.close();

  await context.setOffline(true);
  const later = await context.newPage();
  await later.clock.setFixedTime("2026-11-30T10:20:00+08:00");
  await openApp(later);
  await expect(figure(later, "已逾期")).toHaveText(/^1/);
  await figure(later, "已逾期").click();
  const row = later.getByRole("main").getByRole("listitem").filter({ hasText: CUSTOMER });
  await expect(row).toContainText("投诉接待");
  await expect(row).toContainText("已逾期");
  // The manager has no move in it, and is told why (R-6.2-1).
  await become(later, "赵经理");
  await goTo(later, "今日");
  await expect(later.getByRole("heading", { name: "上报给我" })).toBeVisible();
  await expect(later.getByRole("listitem").filter({ hasText: /已上报：到期未办/ }).first()).toContainText(CUSTOMER);
});
