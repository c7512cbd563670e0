// Today: its numbers, and the lists behind them.
import type { Locator, Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { countShown } from "./customers";
import { goTo } from "./shell";

/** The number of the day called `label`. */
export function figure(page: Page, label: string): Locator {
  return page.getByRole("list", { name: "今天的数字" }).getByRole("link", { name: label });
}

/** Makes somebody with a post the person of this device. */
export async function becomeOne(page: Page, post: string): Promise<void> {
  await goTo(page, "设置");
  const menu = page.getByLabel("我是", { exact: true });
  const option = menu.getByRole("option").filter({ hasText: post }).first();
  await menu.selectOption({ label: (await option.textContent()) ?? "" });
  await expect(page.getByText(/现在以“.+”的身份工作。/)).toBeVisible();
}

/** Follows every number of the page: urgencies, days, kinds. Each list has as many entries as its number says. */
export async function expectNumbersOpenTheirLists(page: Page): Promise<void> {
  const here = page.url();
  for (const links of [
    page.getByRole("list", { name: "今天的数字" }).getByRole("link"),
    page.getByRole("list", { name: "未来七天" }).getByRole("link"),
    page.getByRole("list", { name: "按类别" }).getByRole("link"),
  ]) {
    await expect(links.first()).toBeVisible();
    const numbers = (await links.evaluateAll(spoken)).map(numberOf);
    for (const [place, number] of numbers.entries()) {
      await links.nth(place).click();
      await expect(page).not.toHaveURL(here);
      expect(await listed(page)).toBe(number);
      await page.goBack();
      await expect(page).toHaveURL(here);
      await expect(links.nth(place)).toBeVisible();
    }
  }
}

/** What links are called: a day says its date before its number. */
function spoken(links: Element[]): string[] {
  return links.map((link) => link.getAttribute("aria-label") ?? link.textContent ?? "");
}

/** The last number of a text. */
function numberOf(text: string): number {
  return Number(text.match(/\d+/g)?.at(-1));
}

/** How many entries the list that is open says it has, and shows as far as it draws them. */
export async function listed(page: Page): Promise<number> {
  if (new URL(page.url()).pathname === "/customers") return countShown(page);
  const count = page.getByRole("status").filter({ hasText: /共 \d+ 项$|^\d+ 件进行中$/ });
  await expect(count).toBeVisible();
  const said = numberOf((await count.textContent()) ?? "");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(Math.min(said, 100));
  return said;
}
