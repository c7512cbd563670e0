// Every page, in both languages and both themes: nothing breaks, nothing spills over, nobody is shut out.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, opened, test } from "./helpers/test";

/** The first door in both languages. */
const DEMO = { zh: "看一家运转中的公司", en: "See a living company" };

test.describe.configure({ timeout: 180_000 });

for (const language of ["zh", "en"] as const) {
  for (const theme of ["light", "dark"] as const) {
    test(`every page in ${language}, ${theme}`, async ({ page, watch }) => {
      await page.addInitScript(
        ([language, theme]) => {
          localStorage.setItem("kehu-theme", theme);
          localStorage.setItem("kehu-language", language);
        },
        [language, theme] as const,
      );
      await page.goto("/");
      await opened(page);
      const troubles: string[] = [];
      troubles.push(...(await look(page, "/ (first run)")));
      await page.getByRole("button", { name: DEMO[language] }).click();
      await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible({ timeout: 45_000 });
      for (const path of await paths(page)) {
        await page.goto(path);
        await expect(page.getByRole("main").getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
        troubles.push(...(await look(page, path)));
      }
      await page.goto("/rescue.html");
      await expect(page.getByRole("button", { name: /下载备份文件/ }).first()).toBeVisible();
      troubles.push(...(await look(page, "/rescue.html")));
      expect(troubles).toEqual([]);
      expect(watch.problems).toEqual([]);
      expect(watch.strangers).toEqual([]);
    });
  }
}

/** The address of every page there is, with a customer, a case and a form of the demo. */
async function paths(page: Page): Promise<string[]> {
  await page.goto("/customers");
  const customer = await page.getByRole("table").getByRole("link").first().getAttribute("href");
  await page.goto("/cases");
  const places = page.getByRole("main").getByRole("listitem").getByRole("link");
  const one = await places.first().getAttribute("href");
  await page.goto("/handbook");
  const sections = page.getByRole("main").getByRole("link").filter({ hasText: /./ });
  const handbook = await sections.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  await page.goto("/cases/new");
  const begun = page.getByRole("main").getByRole("listitem").getByRole("link");
  const processes = await begun.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const fixed = ["/", "/customers", "/customers?tier=ungraded", "/cases", "/cases?mine=1", "/cases/new", "/handbook"];
  const ways = ["import", "export", "duplicates", "backup", "open", "packet", "history", "bin"].map((place) => `/data/${place}`);
  const data = ["/data", ...ways, "/settings", "/no-such-page"];
  return [...fixed, ...handbook, ...processes, ...data, customer ?? "", one ?? "", `${one}?form=F-3.1-2`, `${one}?form=F-3.1-3`];
}

/** What is wrong with the page on screen: too wide for it, or closed to somebody. */
async function look(page: Page, path: string): Promise<string[]> {
  const troubles: string[] = [];
  const spill = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (spill > 0) troubles.push(`${path}: ${spill} px too wide`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, impact, nodes } of violations) {
    if (impact !== "serious" && impact !== "critical") continue;
    troubles.push(`${path}: ${id} (${nodes.length}): ${nodes[0]?.target.join(" ")} ${nodes[0]?.html.slice(0, 160)}`);
  }
  return troubles;
}
