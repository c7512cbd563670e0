// I want to try other weights, see who would move, and have them adopted; what was scored before stays as it was.
import type { Page } from "@playwright/test";
import { smallCustomerList, smallOrderList } from "./data/company";
import { expect, test } from "./helpers/test";
import { gradeAll, openCustomer } from "./pages/customers";
import { importTable } from "./pages/import";
import { addStaff, become } from "./pages/settings";
import { goTo, startEmpty } from "./pages/shell";

const BUYER = "武汉第1贸易有限公司";
const [DIRECTOR, MANAGER, SPECIALIST] = ["方总监", "钱经理", "小王"];

test.describe.configure({ timeout: 120_000 });

test.beforeEach(async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await addStaff(page, DIRECTOR, ["客户服务总监"]);
  await addStaff(page, MANAGER, ["客户服务部经理"]);
  await addStaff(page, SPECIALIST, ["客户关系专员"]);
  await goTo(page, "数据");
  await page.getByRole("link", { name: "导入表格" }).click();
  await importTable(page, smallCustomerList().file);
  await page.getByRole("button", { name: "接着导入订单" }).click();
  await importTable(page, smallOrderList(new Date()).file);
  await gradeAll(page);
});

/** Opens the card of customer grading, as from the list of customers. */
async function openCard(page: Page): Promise<void> {
  await goTo(page, "客户");
  await page.getByRole("link", { name: "评分卡" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /客户价值分级/ })).toBeVisible();
}

/** Tries other bounds, so low that customers move up. */
async function tryLowerBounds(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: "关键客户的下限" }).fill("30");
  await page.getByRole("textbox", { name: "重要客户的下限" }).fill("20");
  await page.getByRole("textbox", { name: "一般客户的下限" }).fill("10");
  await page.getByRole("button", { name: "看看谁会变动" }).click();
}

test("a manager tries, a director adopts, and earlier scores keep their reasons", async ({ page, watch }) => {
  await become(page, MANAGER);
  await openCard(page);

  // Weights that do not sum are said at once, and cannot be tried.
  const weight = page.getByRole("textbox", { name: "年销售额的权重" });
  await weight.fill("30");
  await expect(page.getByText("多出 5.00")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("105.00 %");
  await expect(page.getByRole("button", { name: "看看谁会变动" })).toBeDisabled();
  await page.getByRole("button", { name: "恢复现行数值" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: "年销售额的权重" })).toHaveValue("25");

  await tryLowerBounds(page);
  const movers = page.getByRole("list", { name: "变动名单" });
  await expect(movers.getByRole("link", { name: BUYER })).toBeVisible();
  const said = await page.getByText(/家客户中 \d+ 家变动/).textContent();
  const moved = Number(said?.match(/中 (\d+) 家/)?.[1]);
  expect(await movers.getByRole("listitem").count()).toBe(moved);

  await page.getByRole("textbox", { name: "为什么要改" }).fill("今年行情不好，下限放低");
  await page.getByRole("button", { name: "提交为第 2 版" }).click();
  const second = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: /^第 2 版/ }) });
  await expect(second).toContainText("待审批");
  await expect(second).toContainText("由客户服务总监批准");

  await become(page, DIRECTOR);
  await openCard(page);
  await second.getByRole("textbox", { name: "审批意见" }).fill("同意");
  await second.getByRole("button", { name: "批准采用" }).click();
  await expect(second).toContainText(`${DIRECTOR} 批准采用`);
  await expect(page.getByText(/^现行第 2 版/)).toBeVisible();
  await expect(page.getByRole("textbox", { name: "关键客户的下限" })).toHaveValue("30");

  await gradeAll(page);
  await openCustomer(page, BUYER);
  await expect(page.getByText(/M01 第 2 版/)).toBeVisible();
  const trace = page.getByRole("table", { name: "得分是怎么来的" });
  const score = await trace.getByRole("rowgroup").last().textContent();
  await page.getByText("以前的评级").click();
  await page.getByRole("table").filter({ hasText: "版本" }).getByRole("link").first().click();
  await expect(page.getByText("这是以前的一次评分")).toBeVisible();
  await expect(page.getByText(/M01 第 1 版/)).toBeVisible();
  await expect(trace).toBeVisible();
  expect(await trace.getByRole("rowgroup").last().textContent()).toBe(score);
  await page.getByRole("link", { name: "查看最近一次" }).click();
  await expect(page.getByText(/M01 第 2 版/)).toBeVisible();

  // The way back is a version of its own.
  await become(page, MANAGER);
  await openCard(page);
  await page.getByRole("button", { name: "用这一版的数值试算" }).last().click();
  await expect(page.getByRole("textbox", { name: "关键客户的下限" })).toHaveValue("80");
  await page.getByRole("button", { name: "看看谁会变动" }).click();
  await page.getByRole("textbox", { name: "为什么要改" }).fill("行情恢复");
  await page.getByRole("button", { name: "提交为第 3 版" }).click();
  await expect(page.getByRole("heading", { name: /^第 3 版/ })).toBeVisible();
  expect(watch.problems).toEqual([]);
});

test("whoever may not propose can try, and is told who may", async ({ page }) => {
  await become(page, SPECIALIST);
  await openCard(page);
  await tryLowerBounds(page);
  await expect(page.getByRole("table", { name: "变动前后的数量" })).toBeVisible();
  await expect(page.getByText("提交新版本由客户服务部经理或客户服务总监办理。")).toBeVisible();
  await expect(page.getByRole("button", { name: /^提交为/ })).toHaveCount(0);
});

test("nobody adopts what they proposed themselves", async ({ page }) => {
  await become(page, DIRECTOR);
  await openCard(page);
  await tryLowerBounds(page);
  await page.getByRole("textbox", { name: "为什么要改" }).fill("试一试");
  await page.getByRole("button", { name: "提交为第 2 版" }).click();
  await expect(page.getByText("本人提交的版本不能由本人批准")).toBeVisible();
  await expect(page.getByRole("button", { name: "批准采用" })).toHaveCount(0);
});
