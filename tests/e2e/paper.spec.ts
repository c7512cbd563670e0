// Paper: every form prints blank and filled on A4 with all its fields, and every flowchart on one page.
import { expect, test } from "./helpers/test";
import { addCustomer } from "./pages/customers";
import { addStaff } from "./pages/settings";
import { asPrinted, expectFits, pageCount, templates } from "./pages/sheets";
import { openApp, startEmpty } from "./pages/shell";
import { choose, expectStep, file } from "./pages/cases";
import { fillRecord, openRecord, planFromToday } from "./pages/visit";

const COMPANY = "晨光商贸有限公司";
const MOST_PAGES = 4;

test.describe("on a desk", () => {
  // A sheet of paper is the same whatever screen it is printed from.
  test.skip(({ isMobile }) => isMobile === true);

  for (const lang of ["zh", "en"] as const) {
    test(`every blank form holds the labels of all its fields and fits on A4 (${lang})`, async ({ page, watch }) => {
      test.setTimeout(240_000);
      const forms = templates();
      expect(forms.length).toBeGreaterThanOrEqual(31);
      await startEmpty(page, COMPANY);
      await page.evaluate((chosen) => localStorage.setItem("kehu-language", chosen), lang);
      for (const form of forms) {
        await page.emulateMedia({ media: "screen" });
        await openApp(page, `/handbook/${form.section}?form=${form.id}`);
        await asPrinted(page);
        const sheet = page.getByRole("region", { name: form.title[lang], exact: true });
        await expect(sheet.getByRole("heading", { level: 1, name: form.title[lang] })).toBeVisible();
        await expect(sheet.getByText(COMPANY, { exact: true })).toBeVisible();
        await expect(sheet.getByText(form.id, { exact: true })).toBeVisible();
        const heads = await sheet.getByRole("rowheader").or(sheet.getByRole("columnheader")).allTextContents();
        const captions = await sheet.getByRole("caption").allTextContents();
        const told = [...heads, ...captions].join("\n");
        for (const label of form.labels) expect(told, form.id).toContain(label[lang]);
        // Only the sheet is printed.
        await expect(page.getByRole("navigation")).toHaveCount(0);
        await asPrinted(page, (await sheet.getAttribute("data-wide")) !== null);
        await expectFits(page);
        const pages = await pageCount(page);
        expect(pages, form.id).toBeGreaterThan(0);
        expect(pages, form.id).toBeLessThanOrEqual(MOST_PAGES);
      }
      expect(watch.problems).toEqual([]);
    });
  }

  test("a filed form prints with its header, its answers and no more", async ({ page }) => {
    test.setTimeout(120_000);
    await startEmpty(page, COMPANY);
    await addStaff(page, "李敏", ["客户关系专员"]);
    await addCustomer(page, "青石茶行", "陈掌柜", "13800138000");
    await planFromToday(page, "青石茶行");
    await openRecord(page);
    await fillRecord(page);
    await choose(page, "方式", "电话");
    await page.getByRole("textbox", { name: /^新需求/ }).fill("每周送一次 A4 纸");
    await page.getByRole("textbox", { name: /^备注/ }).fill("下午两点后再联系");
    await file(page);
    await expectStep(page, "已回访");

    await page.getByText("客户回访记录表").first().click();
    await page.getByRole("link", { name: "查看与打印" }).click();
    await expect(page.getByRole("heading", { level: 1, name: /客户回访记录表/ })).toBeVisible();
    // On screen the header stands above the answers.
    const header = page.getByRole("definition");
    await expect(header.filter({ hasText: /^HF-\d{8}-[A-Z][A-Z1-9]001$/ })).toBeVisible();
    await expect(header.filter({ hasText: /^青石茶行$/ })).toBeVisible();
    await expect(header.filter({ hasText: /^陈掌柜$/ })).toBeVisible();
    await expect(page.getByRole("button", { name: "打印" })).toBeVisible();

    await asPrinted(page);
    const sheet = page.getByRole("region", { name: "客户回访记录表" });
    await expect(sheet.getByText(COMPANY)).toBeVisible();
    await expect(sheet.getByText(/^HF-\d{8}-/)).toBeVisible();
    const row = (label: string) => sheet.getByRole("row").filter({ has: page.getByRole("rowheader", { name: label, exact: true }) });
    await expect(row("客户")).toContainText("青石茶行");
    await expect(row("填写人")).toContainText("李敏");
    await expect(row("状态")).toContainText("已回访");
    await expect(row("结果")).toContainText("☑ 完成");
    await expect(row("结果")).toContainText("□ 拒访");
    await expect(row("产品使用")).toContainText("☑ 4");
    await expect(row("价格")).toContainText("☑ 不适用");
    await expect(row("新需求")).toContainText("每周送一次 A4 纸");
    await expect(row("备注")).toContainText("下午两点后再联系");
    // What did not apply is not printed.
    await expect(sheet.getByText("流失原因")).toHaveCount(0);
    await expectFits(page);
    expect(await pageCount(page)).toBeLessThanOrEqual(3);
  });

  test("every flowchart prints whole, on a page of its own", async ({ page }) => {
    test.setTimeout(120_000);
    await startEmpty(page, COMPANY);
    for (const section of ["0.1", "0.2", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "6.1", "6.2"]) {
      await page.emulateMedia({ media: "screen" });
      await openApp(page, `/handbook/${section}`);
      const charts = page.getByRole("main").getByRole("img", { name: /^流程图/ });
      expect(await charts.count(), section).toBeGreaterThan(0);
      await asPrinted(page);
      for (const chart of await charts.all()) {
        const box = await chart.boundingBox();
        expect(box, section).not.toBeNull();
        // 267 mm upright; on its side 180 mm.
        expect(box?.height ?? 0, section).toBeLessThanOrEqual(900);
        expect(box?.width ?? 0, section).toBeLessThanOrEqual(681);
      }
      await expectFits(page);
    }
  });
});
