// Cases of any process: begun, moved, their forms filled.
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { goTo } from "./shell";

/** Opens the page on which a case of `process` is begun. */
export async function beginCase(page: Page, process: string): Promise<void> {
  await goTo(page, "事项");
  await page.getByRole("main").getByRole("link", { name: "新事项" }).click();
  await page.getByRole("main").getByRole("listitem").getByRole("link", { name: process, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: process })).toBeVisible();
}

/** Chooses the customer a new case is about. */
export async function about(page: Page, customer: string): Promise<void> {
  await page.getByRole("searchbox", { name: /^查找客户/ }).fill(customer);
  await page.getByRole("main").getByRole("button", { name: customer, exact: true }).click();
}

/** Starts the case that was prepared. */
export async function start(page: Page): Promise<void> {
  await page.getByRole("button", { name: "开始", exact: true }).click();
  await expect(page.getByRole("region", { name: "当前步骤" })).toBeVisible();
}

/** Opens the form that a move asks for. */
export async function fillFor(page: Page, move: string, form: string): Promise<void> {
  await page.getByRole("link", { name: new RegExp(`^${move}[:：]`) }).click();
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(form) })).toBeVisible();
}

/** Makes a move that asks nothing, or opens its questions. */
export async function move(page: Page, name: string): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: new RegExp(`^${name}`) }).click();
}

/** Answers the questions of a move. */
export async function confirm(page: Page): Promise<void> {
  await page.getByRole("button", { name: "确定", exact: true }).click();
}
