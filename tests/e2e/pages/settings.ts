// Settings: who works here, and who uses this device.
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { goTo } from "./shell";

/** Adds a member of staff with posts; the first one becomes the person of this device. */
export async function addStaff(page: Page, name: string, posts: readonly string[]): Promise<void> {
  await goTo(page, "设置");
  await page.getByRole("button", { name: "添加员工" }).click();
  const dialog = page.getByRole("dialog", { name: "添加员工" });
  await dialog.getByRole("textbox", { name: "姓名" }).fill(name);
  for (const post of posts) await dialog.getByRole("checkbox", { name: post, exact: true }).check();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("listitem").filter({ hasText: name })).toBeVisible();
}

/** Makes somebody the person of this device. */
export async function become(page: Page, name: string): Promise<void> {
  await goTo(page, "设置");
  const menu = page.getByLabel("我是", { exact: true });
  const option = menu.getByRole("option").filter({ hasText: name }).first();
  await menu.selectOption({ label: (await option.textContent()) ?? "" });
  await expect(page.getByText(`现在以“${name}”的身份工作。`)).toBeVisible();
}
