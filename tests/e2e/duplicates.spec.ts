// Customers that are one and the same: seen while typing, found in a sweep, compared, merged, and taken apart again.
import type { Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { LANGUAGES, inLanguage, prepare, station } from "./helpers/journey";
import { begins, say, says } from "./helpers/words";
import { csv, utf8File } from "./data/csv";
import { addContact, addCustomer } from "./pages/customers";
import { importTable } from "./pages/import";
import { goTo, openApp, saved, startEmpty } from "./pages/shell";

const FIRST = "厦门蓝海科技有限公司";
const SECOND = "厦门蓝海科技（有限公司）";

async function toDuplicates(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("link", { name: begins(page, "查重与合并") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say(page, "查重与合并") })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: /\d/ }).first()).toBeVisible({ timeout: 60_000 });
}

for (const language of LANGUAGES) {
  test(inLanguage("two customers that are one are seen, merged and taken apart", language), async ({ page, watch }) => {
    await prepare(page, language);
    await startEmpty(page, "晨光商贸");
    await addCustomer(page, FIRST, "赵一", "13800138000");

    // While the second is typed, the first is shown with the reasons; it is entered all the same.
    await goTo(page, "客户");
    await page.getByRole("button", { name: say(page, "新增客户") }).click();
    const dialog = page.getByRole("dialog", { name: say(page, "新增客户") });
    await dialog.getByRole("textbox", { name: begins(page, "客户名称") }).fill(SECOND);
    const hint = dialog.getByRole("status").filter({ hasText: says(page, "可能已经有这家客户") });
    await expect(hint.getByRole("link", { name: FIRST })).toBeVisible();
    await expect(hint).toContainText(says(page, "名称相同"));
    await dialog.getByRole("textbox", { name: begins(page, "手机") }).fill("138-0013-8000");
    await expect(hint).toContainText(says(page, "电话相同"));
    await station(page, "duplicates-typing");
    await dialog.getByRole("button", { name: say(page, "保存") }).click();
    await expect(page.getByRole("heading", { level: 1, name: SECOND })).toBeVisible();
    await addContact(page, { 联系人: "钱二", 手机: "13800138001" });
    const lost = new URL(page.url()).pathname;
    await saved(page);

    await toDuplicates(page);
    const pair = page.getByRole("row").filter({ hasText: FIRST });
    await expect(pair).toContainText(says(page, "确定"));
    await station(page, "duplicates-list");
    await pair.getByRole("link", { name: begins(page, "核对") }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(page, "是同一家客户吗？") })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "KH000002" }).first()).toContainText("KH000001, KH000002");
    await expect(page.getByRole("term").filter({ hasText: says(page, "联系人") }).first()).toBeVisible();
    await page
      .getByRole("radio", { name: say(page, "{{ field }}：取 {{ value }}", { value: FIRST }) })
      .check();
    await station(page, "duplicates-pair");
    await page.getByRole("button", { name: say(page, "合并") }).click();
    await expect(page.getByRole("heading", { name: say(page, "已合并为“{{ name }}”", { name: FIRST }) })).toBeVisible();
    await saved(page);
    await station(page, "duplicates-merged");

    // The old code still finds the customer, and the old address leads to it.
    await goTo(page, "客户");
    await page.getByRole("searchbox", { name: say(page, "查找客户") }).fill("KH000002");
    const list = page.getByRole("table", { name: say(page, "客户") });
    await expect(list.getByRole("link", { name: FIRST })).toBeVisible();
    await openApp(page, lost);
    await expect(page.getByRole("heading", { level: 1, name: FIRST })).toBeVisible();
    await expect(page.getByText(says(page, "您打开的“{{ name }}”已并入这家客户。"))).toBeVisible();
    await expect(page.getByText(says(page, "原编号 {{ codes }}", { codes: "KH000002" })).first()).toBeVisible();
    await expect(page.getByText("钱二").first()).toBeVisible();
    await station(page, "duplicates-card");

    // After a restart the merger is still there to be taken back.
    await page.reload();
    await page.getByText(begins(page, "由多家客户合并而成")).click();
    await page.getByRole("button", { name: begins(page, "撤销合并") }).click();
    await saved(page);
    await openApp(page, lost);
    await expect(page.getByRole("heading", { level: 1, name: SECOND })).toBeVisible();
    await expect(page.getByText("钱二").first()).toBeVisible();

    // Told apart, the two are not shown again.
    await toDuplicates(page);
    await pair.getByRole("link", { name: begins(page, "核对") }).click();
    await page.getByRole("button", { name: say(page, "不是同一家") }).click();
    await expect(page.getByRole("heading", { name: say(page, "没有待核对的重复客户") })).toBeVisible();
    expect(watch.problems).toEqual([]);
  });
}

test("a sweep of an imported list finds those that are there twice", async ({ page, watch }) => {
  const rows = Array.from({ length: 120 }, (_, number) => [
    `KH${String(number + 1).padStart(5, "0")}`,
    `${["厦门", "泉州", "漳州"][number % 3]}第${number}号商行`,
    `138${String(20_000_000 + number)}`,
  ]);
  const twins = Array.from({ length: 30 }, (_, number) => [
    `KH${String(number + 501).padStart(5, "0")}`,
    ` ${rows[number]?.[1]}有限责任公司`,
    rows[number]?.[2] ?? "",
  ]);
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  const table = csv([["客户编号", "客户名称", "手机"], ...rows, ...twins]);
  await importTable(page, utf8File("客户.csv", table));
  await toDuplicates(page);
  await expect(page.getByText(/有 30 对待核对/)).toBeVisible();
  await expect(page.getByText("第 1 页，共 2 页")).toBeVisible();
  await page.getByRole("link", { name: "下一页" }).click();
  await expect(page.getByText("第 2 页，共 2 页")).toBeVisible();
  await expect(page.getByRole("link", { name: /^核对 / })).toHaveCount(5);
  await page.getByRole("link", { name: /^有可能/ }).click();
  await expect(page.getByText("这一类没有待核对的客户。")).toBeVisible();
  expect(watch.problems).toEqual([]);
});
