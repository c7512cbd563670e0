// I read English: nothing the app itself says is left in Chinese, on any page, in any state of a case.
import type { Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { addCustomer } from "./pages/customers";
import { addStaff } from "./pages/settings";
import { goTo, startEmpty } from "./pages/shell";
import { planFromToday } from "./pages/visit";

/** What stays Chinese on purpose: the app's name, and the other language by its own name. */
const ON_PURPOSE = ["Kehu 客户", "客户", "中文"];

test.setTimeout(120_000);

test("every page speaks English", async ({ page, watch }) => {
  await startEmpty(page, "Morning Light Ltd");
  await addStaff(page, "Ann Lee", ["客户关系专员"]);
  await addCustomer(page, "Acme Foods", "Jane Roe", "13800138000");
  const customer = new URL(page.url()).pathname;
  await planFromToday(page, "Acme Foods");
  const work = new URL(page.url()).pathname;
  await goTo(page, "设置");
  await page.getByRole("radio", { name: "English" }).check();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();

  const found: string[] = [];
  const places = ["/", "/customers", customer, "/cases", work, `${work}?form=F-3.1-2`, `${work}?form=F-3.1-3`];
  const data = ["import", "export", "duplicates", "backup", "open", "packet", "history", "bin"].map((place) => `/data/${place}`);
  const rest = ["/handbook", "/handbook/3.1", "/handbook/4.1", "/data", ...data, "/settings", "/nowhere"];
  for (const path of [...places, ...rest]) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    found.push(...(await chinese(page)).map((text) => `${path}: ${text}`));
  }
  expect(found).toEqual([]);
  expect(watch.problems).toEqual([]);
});

test("problems are said in English", async ({ page }) => {
  await startEmpty(page, "Morning Light Ltd");
  await goTo(page, "设置");
  await page.getByRole("radio", { name: "English" }).check();
  await page.goto("/customers");
  await page.getByRole("main").getByRole("button", { name: "New customer" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").getByRole("alert").first()).toBeVisible();
  expect(await chinese(page)).toEqual([]);
});

/** Chinese texts and names that are on screen or read out, except those that are so on purpose. */
async function chinese(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const isSaidSo = element?.closest("[lang|=zh]:not(html)");
      if (element?.checkVisibility() && !isSaidSo) found.push(walker.currentNode.textContent ?? "");
    }
    for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder]")) {
      for (const name of ["aria-label", "title", "placeholder"]) found.push(element.getAttribute(name) ?? "");
    }
    return found;
  });
  const isLeft = (text: string) => /\p{Script=Han}/u.test(text) && !ON_PURPOSE.includes(text.trim());
  return [...new Set(texts.map((text) => text.trim()).filter(isLeft))];
}
