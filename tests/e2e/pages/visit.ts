// A follow-up, from Today to its end: the case, its record F-3.1-2 and its issue F-3.1-3.
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { choose, expectStep, file } from "./cases";
import { goTo } from "./shell";

/** Plans a follow-up of `customer` from Today; resolves on the case. */
export async function planFromToday(page: Page, customer: string): Promise<void> {
  await goTo(page, "今日");
  await page.getByRole("button", { name: new RegExp(`^安排回访[:：]${customer}$`) }).click();
  await expect(page.getByRole("heading", { level: 1, name: customer })).toBeVisible();
  await expectStep(page, "已计划");
}

/** Opens the record F-3.1-2 from the case. */
export async function openRecord(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^记录回访[:：] ?(继续)?填写/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /客户回访记录表/ })).toBeVisible();
}

/** Fills what the record needs at least; the first contact answers. */
export async function fillRecord(page: Page): Promise<void> {
  await page.getByRole("textbox", { name: /^时长/ }).fill("20");
  await page.getByLabel("受访人").selectOption({ index: 1 });
  await page.getByLabel("结果").selectOption({ label: "完成" });
  for (const item of ["产品使用", "产品质量", "交付", "服务"]) await choose(page, item, /^4/);
  await choose(page, "价格", "不适用");
}

/** A whole follow-up as a specialist does it: planned, recorded, done. */
export async function visit(page: Page, customer: string): Promise<void> {
  await planFromToday(page, customer);
  await openRecord(page);
  await fillRecord(page);
  await file(page);
  await expectStep(page, "已回访");
}
