// I choose several customers on the list, and take them away, hand them over, or ask for their contacts.
import type { Locator, Page } from "@playwright/test";
import { rowsOf } from "./data/csv";
import { LANGUAGES, inLanguage, prepare, station } from "./helpers/journey";
import { expect, test } from "./helpers/test";
import { begins, say, says } from "./helpers/words";
import { goToExports, takeList, taken } from "./pages/export";
import { become, holders } from "./pages/settings";
import { goTo, openDemo } from "./pages/shell";

for (const language of LANGUAGES) {
  test(inLanguage("chosen customers are taken away and handed over", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    await goTo(page, "客户");
    const list = page.getByRole("table", { name: say(page, "客户") });
    const names = await list.getByRole("link").allTextContents();
    const [first = "", second = "", third = "", fourth = ""] = names;
    await page.getByRole("button", { name: say(page, "选择") }).click();
    // Everything on the row is for choosing now: no link is in the way.
    await expect(list.getByRole("link")).toHaveCount(0);
    await choice(list, third).check();
    await choice(list, first).check();
    await expect(chosen(page, 2)).toBeVisible();
    await station(page, "choosing");

    // What is chosen stays chosen while the list is narrowed, and comes last where the list does not show it.
    const search = page.getByRole("searchbox", { name: say(page, "查找客户") });
    await search.fill(fourth);
    await choice(list, fourth).check();
    await expect(chosen(page, 3)).toBeVisible();
    const narrowed = rowsOf((await takeList(page, page.getByRole("main"), "CSV")).bytes).slice(1).map((cells) => cells[1]);
    expect(narrowed[0]).toBe(fourth);
    expect(new Set(narrowed)).toEqual(new Set([first, third, fourth]));
    await search.fill("");
    await expect(choice(list, first)).toBeChecked();
    const whole = rowsOf((await takeList(page, page.getByRole("main"), "CSV")).bytes).slice(1).map((cells) => cells[1]);
    expect(whole).toEqual([first, third, fourth]);
    expect(whole).not.toContain(second);

    // All of a list; and none.
    const all = page.getByRole("button", { name: begins(page, "全选本列表（{{ count }}）") });
    const count = Number((await all.textContent())?.match(/\d+/)?.[0]);
    await all.click();
    await expect(chosen(page, count)).toBeVisible();
    await page.getByRole("button", { name: say(page, "全部清除") }).click();
    await expect(chosen(page, 0)).toBeVisible();
    await choice(list, second).check();

    await page.getByRole("button", { name: say(page, "交接客户") }).click();
    await expect(page.getByRole("heading", { level: 1, name: say(page, "交接客户") })).toBeVisible();
    await expect(page.getByRole("heading", { name: say(page, "已选 {{ count }} 位客户", { count: "1" }) })).toBeVisible();
    await expect(page.getByRole("button", { name: say(page, "移除{{ name }}", { name: second }) })).toBeVisible();
    await station(page, "choosing-packet");
    expect(watch.problems).toEqual([]);
  });

  test(inLanguage("contacts of a narrowed list leave with approval, and no others", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    const [manager = ""] = await holders(page, "客户服务部经理");
    const [specialist = ""] = await holders(page, "客户关系专员");
    await become(page, specialist);
    await goTo(page, "客户");
    await page.getByRole("searchbox", { name: say(page, "查找客户") }).fill("武汉");
    const kept = rowsOf((await takeList(page, page.getByRole("main"), "CSV")).bytes).slice(1).map((cells) => cells[2] ?? "");
    expect(kept.length).toBeGreaterThan(1);
    await page.getByRole("main").getByRole("button", { name: say(page, "导出") }).click();
    await page.getByRole("button", { name: say(page, "这些客户的联系人（须批准）") }).click();
    await expect(page.getByText(begins(page, "{{ customers }} 家客户（{{ scope }}）的联系人,共 {{ count }} 人"))).toBeVisible();
    await page.getByRole("textbox", { name: say(page, "用途") }).fill("节日问候");
    await station(page, "contacts-of-list");
    await page.getByRole("button", { name: say(page, "申请导出") }).click();
    const request = page.getByRole("listitem").filter({ hasText: "节日问候" }).filter({ has: page.getByRole("heading", { name: says(page, "“{{ who }}”申请导出联系人,{{ count }} 人", { who: specialist }) }) });
    await expect(request).toContainText(says(page, "客户:{{ name }}", { name: "" }));

    await become(page, manager);
    await goToExports(page);
    await request.getByRole("textbox", { name: say(page, "批准或退回的理由") }).fill("同意");
    await request.getByRole("button", { name: say(page, "批准") }).click();
    await expect(request).toHaveCount(0);
    await become(page, specialist);
    await goToExports(page);
    const make = request.getByRole("group", { name: say(page, "生成文件") });
    const [heads = [], ...rows] = rowsOf((await taken(page, make.getByRole("button", { name: "CSV" }))).bytes);
    const place = heads.findIndex((head) => says(page, "所属客户").test(head));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(kept).toContain(row[place]);
    expect(watch.problems).toEqual([]);
  });
}

test("a finger that rests on a row begins to choose", async ({ page, watch }) => {
  await openDemo(page);
  await goTo(page, "客户");
  const list = page.getByRole("table", { name: "客户" });
  const name = (await list.getByRole("link").first().textContent()) ?? "";
  const link = list.getByRole("link", { name, exact: true });
  const touch = { pointerType: "touch", clientX: 100, clientY: 300, bubbles: true };
  // Scrolling is no choosing.
  await link.dispatchEvent("pointerdown", touch);
  await link.dispatchEvent("pointermove", { ...touch, clientY: 340 });
  await page.waitForTimeout(700);
  await expect(link).toBeVisible();
  await link.dispatchEvent("pointerdown", touch);
  await expect(choice(list, name)).toBeChecked();
  await expect(chosen(page, 1)).toBeVisible();
  expect(watch.problems).toEqual([]);
});

function choice(list: Locator, name: string): Locator {
  return list.getByRole("checkbox", { name, exact: true });
}

function chosen(page: Page, count: number): Locator {
  return page.getByRole("status").filter({ hasText: say(page, "已选 {{ count }} 家", { count: String(count) }) });
}
