// Customers: the list, a new one, and a card.
import type { Locator, Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { begins, label, say } from "../helpers/words";
import { goTo } from "./shell";

/** Enters a customer by hand; resolves once the card is there, that is once it is saved. */
export async function addCustomer(page: Page, name: string, contact = "", mobile = ""): Promise<void> {
  await goTo(page, "客户");
  await page.getByRole("button", { name: say(page, "新增客户") }).click();
  const dialog = page.getByRole("dialog", { name: say(page, "新增客户") });
  await dialog.getByRole("textbox", { name: begins(page, "客户名称") }).fill(name);
  await dialog.getByRole("textbox", { name: begins(page, "联系人") }).fill(contact);
  await dialog.getByRole("textbox", { name: begins(page, "手机") }).fill(mobile);
  await dialog.getByRole("button", { name: say(page, "保存") }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** Finds a customer in the list by typing, and opens the card. */
export async function openCustomer(page: Page, name: string): Promise<void> {
  await goTo(page, "客户");
  await page.getByRole("searchbox", { name: say(page, "查找客户") }).fill(name);
  await page.getByRole("table", { name: say(page, "客户") }).getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** The first customers of a tier, as the list gives them. */
export async function customersOfTier(page: Page, tier: string): Promise<string[]> {
  await goTo(page, "客户");
  const menu = page.getByRole("combobox", { name: begins(page, "等级") });
  const isFolded = !(await menu.isVisible());
  if (isFolded) await page.getByRole("button", { name: begins(page, "筛选") }).click();
  await menu.selectOption((await menu.getByRole("option", { name: begins(page, tier) }).getAttribute("value")) ?? "");
  if (isFolded) await page.keyboard.press("Escape");
  const names = page.getByRole("table", { name: say(page, "客户") }).getByRole("link");
  await expect(names.first()).toBeVisible();
  return names.allTextContents();
}

/** The contacts on the card that is open. */
export async function contactNames(page: Page): Promise<string[]> {
  const edits = page.getByRole("button", { name: begins(page, "修改 {{ name }}") });
  await expect(edits.first()).toBeAttached();
  const labels = await edits.evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));
  return labels.map((text) => text.split(" ").at(-1) ?? "");
}

/** Adds a contact to the customer whose card is open; the fields are called as on the card. */
export async function addContact(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: say(page, "新增联系人") }).click();
  const dialog = page.getByRole("dialog", { name: say(page, "新增联系人") });
  for (const [field, text] of Object.entries(fields)) await enter(dialog.getByLabel(label(page, field)), text);
  await dialog.getByRole("button", { name: say(page, "保存") }).click();
  await expect(dialog).toBeHidden();
}

/** Types a text, or chooses it where there is a menu. */
async function enter(field: Locator, text: string): Promise<void> {
  const isMenu = (await field.getByRole("option").count()) > 0;
  await (isMenu ? field.selectOption({ label: text }) : field.fill(text));
}

/** Changes fields of the customer whose card is open. */
export async function editCustomer(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole("button", { name: "修改资料" }).click();
  const dialog = page.getByRole("dialog", { name: "修改资料" });
  for (const [label, text] of Object.entries(fields)) {
    await dialog.getByRole("textbox", { name: new RegExp(`^${label}`) }).fill(text);
  }
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
}

/** What the open card says about a field. */
export function fact(page: Page, label: string) {
  const term = page.getByRole("term").filter({ hasText: new RegExp(`^${label}$`) });
  return page.getByRole("definition").and(term.locator("xpath=following-sibling::dd[1]"));
}

/** Grades everybody from the list and gives how many were graded and how many were not. */
export async function gradeAll(page: Page): Promise<{ graded: number; ungraded: number }> {
  await goTo(page, "客户");
  await page.getByRole("button", { name: "全部评级" }).click();
  const outcome = page.getByText(/已评 \d+ 家[;；]\d+ 家缺少数据/);
  await expect(outcome).toBeVisible({ timeout: 60_000 });
  const [graded = "0", ungraded = "0"] = (await outcome.textContent())?.match(/\d+/g) ?? [];
  return { graded: Number(graded), ungraded: Number(ungraded) };
}

/** How many customers the list says it shows. */
export async function countShown(page: Page): Promise<number> {
  const text = page.getByRole("status").filter({ hasText: /^[\d,]+( \/ [\d,]+)? 家$/ });
  await expect(text).toBeVisible();
  return Number(((await text.textContent()) ?? "").replaceAll(",", "").match(/\d+/)?.[0]);
}
