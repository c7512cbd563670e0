// Filling forms in the field: with one thumb, with last time's answers, with or without a place.
import type { Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { addCustomer } from "./pages/customers";
import { addStaff } from "./pages/settings";
import { saved, startEmpty } from "./pages/shell";
import { choice, choose, expectStep, file } from "./pages/cases";
import { fillRecord, openRecord, planFromToday } from "./pages/visit";

const CUSTOMER = "青石茶行";

/** A company with one customer and its first follow-up filed. */
async function visitedOnce(page: Page): Promise<void> {
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await planFromToday(page, CUSTOMER);
  await openRecord(page);
  await fillRecord(page);
  await choose(page, "方式", "上门");
  await page.getByRole("textbox", { name: /^竞品信息/ }).fill("恒泰报价低三个点");
  await page.getByRole("textbox", { name: /^建议/ }).fill("");
  await file(page);
  await saved(page);
}

test("on a repeat visit last time's answers are offered, and taken only when asked for", async ({ page }) => {
  test.setTimeout(120_000);
  await visitedOnce(page);
  const first = new URL(page.url()).pathname;
  await page.goto(`${first}?form=F-3.1-2`);
  const offer = page.getByRole("group", { name: "上次的回答" });
  await expect(offer).toContainText("李敏");
  await expect(page.getByText("上次：恒泰报价低三个点")).toHaveCount(0);
  // Nothing is taken silently.
  await expect(page.getByLabel(/^时长/)).toHaveValue("");
  await expect(page.getByText("上次：20", { exact: true })).toBeVisible();

  await offer.getByRole("button", { name: /^沿用上次的回答/ }).click();
  await expect(offer.getByRole("button", { name: "已沿用" })).toBeDisabled();
  await expect(page.getByLabel(/^时长/)).toHaveValue("20");
  await expect(page.getByLabel("受访人")).toHaveValue(/.+/);
  await expect(page.getByRole("textbox", { name: /^竞品信息/ })).toHaveValue("恒泰报价低三个点");
  // Ratings have to be given anew; last time's stand beside them.
  await expect(choice(page, "产品使用", /^4/)).not.toBeChecked();
  await expect(page.getByRole("group", { name: /^产品使用/ }).getByText("上次：4")).toBeVisible();
  // What was taken over is in the draft like anything typed.
  await page.reload();
  await expect(page.getByLabel(/^时长/)).toHaveValue("20");
});

test("a place is asked for only on a visit and on a tap; refused or not, the form can be filed", async ({ page, context }) => {
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await planFromToday(page, CUSTOMER);
  await openRecord(page);
  await fillRecord(page);
  const place = page.getByRole("textbox", { name: /^地点/ });
  await choose(page, "方式", "电话");
  await expect(place).toHaveCount(0);
  await choose(page, "方式", "上门");
  await expect(place).toBeVisible();

  // Not allowed: said in words, and words can be written instead.
  await page.getByRole("button", { name: "取当前位置" }).click();
  await expect(page.getByText(/浏览器没有获准使用位置/)).toBeVisible();
  await place.fill("青石街 12 号");
  await expect(place).toHaveValue("青石街 12 号");

  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ latitude: 30.274152, longitude: 120.155149, accuracy: 12 });
  await page.getByRole("button", { name: "取当前位置" }).click();
  await expect(place).toHaveValue("30.27415,120.15515±12");
  await expect(page.getByText("30.27415, 120.15515（误差约 12 米）")).toBeVisible();
  await file(page);
  await expectStep(page, "已回访");
  await page.getByText("客户回访记录表").first().click();
  await expect(page.getByRole("definition").filter({ hasText: "30.27415, 120.15515（误差约 12 米）" })).toBeVisible();
});

test("a long form can be filled with one thumb", async ({ page, isMobile }) => {
  test.skip(isMobile !== true);
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await planFromToday(page, CUSTOMER);
  await openRecord(page);
  await page.getByLabel("结果").selectOption({ label: "完成" });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
  // Whatever is tapped is at least 44 pixels high, or stands in a label that is.
  const small = await page.getByRole("main").evaluate((main) =>
    [...main.querySelectorAll("input, select, textarea, button")]
      .filter((element) => element.checkVisibility())
      .map((element) => [element, element.closest("label") ?? element] as const)
      .filter(([, target]) => target.getBoundingClientRect().height < 43.5)
      .map(([element]) => element.outerHTML.slice(0, 120)),
  );
  expect(small).toEqual([]);
  await expect(page.getByLabel(/^时长/)).toHaveAttribute("inputmode", "numeric");

  // Everything wrong at once; each line leads to its field, which the bar below does not cover.
  await page.getByRole("button", { name: "提交" }).click();
  const summary = page.getByRole("alert");
  await expect(summary).toBeFocused();
  const lines = summary.getByRole("link");
  expect(await lines.count()).toBeGreaterThanOrEqual(6);
  await lines.filter({ hasText: "价格" }).click();
  const group = page.getByRole("group", { name: /^价格/ });
  await expect(group).toBeInViewport();
  const covered = await group.evaluate((field) => {
    const bar = document.querySelector(".save-bar")?.getBoundingClientRect();
    return bar !== undefined && field.getBoundingClientRect().bottom > bar.top;
  });
  expect(covered).toBe(false);
});
