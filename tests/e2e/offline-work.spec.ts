// The network is gone and the server with it: my day goes on, and nothing I typed is lost.
import type { Page } from "@playwright/test";
import { expect, offlineReady, test } from "./helpers/test";
import { smallCustomerList } from "./data/company";
import { expectStep } from "./pages/cases";
import { addCustomer, openCustomer } from "./pages/customers";
import { importTable } from "./pages/import";
import { addStaff, become } from "./pages/settings";
import { goTo, openApp, saved, startEmpty } from "./pages/shell";
import { openRecord, planFromToday, visit } from "./pages/visit";

const CUSTOMER = "青石茶行";

test("reload, a second tab, and a visit, all without a server", async ({ page, server, context, watch }) => {
  await startEmpty(page, "晨光商贸", server.address);
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await offlineReady(page);
  await server.kill();

  await page.reload();
  await saved(page);
  const second = await context.newPage();
  await openApp(second, `${server.address}/customers`);
  await openCustomer(second, CUSTOMER);
  await visit(page, CUSTOMER);
  await goTo(second, "事项");
  await expect(second.getByRole("main").getByRole("link", { name: CUSTOMER })).toBeVisible();
  expect(watch.problems.filter((problem) => !problem.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
});

test("ten visits are done offline, and are there after the browser was killed", async ({ profile, server }) => {
  test.setTimeout(180_000);
  const page = await (await profile.open()).newPage();
  await startEmpty(page, "晨光商贸", server.address);
  await addStaff(page, "李敏", ["客户关系专员"]);
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  await importTable(page, smallCustomerList().file);
  await offlineReady(page);
  await server.kill();

  const visited: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    await goTo(page, "今日");
    const label = await page.getByRole("button", { name: /^安排回访[:：]/ }).first().getAttribute("aria-label");
    const customer = label?.replace(/^安排回访[:：]/, "") ?? "";
    await visit(page, customer);
    visited.push(customer);
  }
  await saved(page);
  await profile.kill();

  const again = await (await profile.open()).newPage();
  await openApp(again, `${server.address}/cases`);
  expect(new Set(visited).size).toBe(10);
  const links = again.getByRole("main").getByRole("listitem").getByRole("link");
  await expect(links).toHaveCount(10);
  for (const customer of visited) await expect(links.filter({ hasText: customer })).toHaveCount(1);
});

test("a form left in mid-word is offered again with what was typed", async ({ profile, server }) => {
  const page = await (await profile.open()).newPage();
  await startEmpty(page, "晨光商贸", server.address);
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await planFromToday(page, CUSTOMER);
  await offlineReady(page);
  await server.kill();
  await openRecord(page);
  await page.getByLabel("结果").selectOption({ label: "完成" });
  const needs = page.getByRole("textbox", { name: /^新需求/ });
  await needs.pressSequentially("想要春茶礼盒，三百");
  await expectDraft(await page.context().newPage(), server.address);
  await profile.kill();

  const again = await (await profile.open()).newPage();
  await openApp(again, server.address);
  const offered = again.getByRole("listitem").filter({ hasText: "继续填写" }).filter({ hasText: "客户回访记录表" });
  await expect(offered).toBeVisible();
  await offered.getByRole("link", { name: CUSTOMER }).click();
  await expect(again.getByText("已恢复上次未提交的内容。")).toBeVisible();
  await expect(again.getByRole("textbox", { name: /^新需求/ })).toHaveValue("想要春茶礼盒，三百");
  await expect(again.getByLabel("结果")).toHaveValue("done");

  await again.getByRole("link", { name: /返回事项/ }).click();
  await expectStep(again, "已计划");
  // Who works here is remembered beside the data, and Chromium writes that down only seconds later.
  await become(again, "李敏");
  await goTo(again, "事项");
  await again.getByRole("main").getByRole("link", { name: CUSTOMER }).click();
  await openRecord(again);
  await expect(again.getByRole("textbox", { name: /^新需求/ })).toHaveValue("想要春茶礼盒，三百");
});

/** Another tab lists the draft, so it is on the device. */
async function expectDraft(other: Page, address: string): Promise<void> {
  await openApp(other, address);
  await expect(other.getByRole("heading", { name: "未完成的表单" })).toBeVisible();
}
