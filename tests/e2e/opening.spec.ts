// Never a blank page: an app that does not open, or stops, says so in words and shows the way to the data.
import type { Page } from "@playwright/test";
import { expect, opened, test } from "./helpers/test";

test.use({ serviceWorkers: "block" });

test("an app that cannot be loaded says so and offers the data", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/");
  await expectWordsAndAWayOn(page);
});

test("an app that is altered on its way says so and offers the data", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.fulfill({ contentType: "application/wasm", body: "not wasm" }));
  await page.goto("/");
  await expectWordsAndAWayOn(page);
});

test("an app that stops later says so and offers the data", async ({ page }) => {
  await page.goto("/");
  await opened(page);
  await page.evaluate(() => window.dispatchEvent(new CustomEvent("kehu-panic", { detail: "index out of range" })));
  await expectWordsAndAWayOn(page);
  await expect(page.getByText("index out of range")).toBeVisible();
});

test("an error that is not the app's end does not cover the app", async ({ page }) => {
  await page.goto("/");
  await opened(page);
  await page.evaluate(() => void Promise.reject(new Error("from an extension")));
  await opened(page);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the page says what is needed", async ({ page }) => {
    await page.goto("/");
    // Playwright finds no text within <noscript>, so the page is asked for what it shows.
    for (const words of ["needs JavaScript", "需要 JavaScript"]) {
      await expect(page.locator("body")).toContainText(words, { useInnerText: true });
    }
  });
});

async function expectWordsAndAWayOn(page: Page): Promise<void> {
  const alert = page.getByRole("alert").filter({ hasText: "Kehu 客户" });
  await expect(alert).toContainText("应用遇到了错误");
  await expect(alert).toContainText("The app met an error");
  await expect(alert.getByRole("link", { name: "取出全部数据" })).toHaveAttribute("href", "/rescue.html");
  await expect(alert.getByRole("link", { name: "重新加载" })).toBeVisible();
}
