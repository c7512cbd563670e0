// I open it for the first time: three doors, and behind the first a company at work.
import { expect, test } from "./helpers/test";
import { openApp, openDemo, saved, startEmpty } from "./pages/shell";
import { expectNumbersOpenTheirLists, figure } from "./pages/today";

test("three doors stand open, and nothing else", async ({ page, watch }) => {
  await openApp(page);
  await expect(page.getByRole("button", { name: "看一家运转中的公司" })).toBeVisible();
  await expect(page.getByRole("link", { name: "导入我的数据" })).toBeVisible();
  await expect(page.getByRole("button", { name: "从空白开始" })).toBeVisible();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(/\p{Script=Han}/u);
  expect(watch.problems).toEqual([]);
});

test("the demo company has work waiting, and every number is the list behind it", async ({ page, watch }) => {
  await openDemo(page);
  await expect(figure(page, "已逾期")).toHaveText(/^[1-9]/);
  await expectNumbersOpenTheirLists(page);
  expect(watch.problems).toEqual([]);
});

test("the demo is a company of its own, and one can leave it", async ({ page }) => {
  await openDemo(page);
  await page.getByRole("button", { name: "离开演示" }).click();
  await expect(page.getByRole("button", { name: "从空白开始" })).toBeVisible();
});

test("a company begun empty is there again after a reload", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await expect(page.getByRole("banner").getByText("晨光商贸")).toBeVisible();
  await page.reload();
  await saved(page);
  await expect(page.getByRole("banner").getByText("晨光商贸")).toBeVisible();
});
