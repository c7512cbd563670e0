// I open a colleague's backup: I see what is in it, bring in what I want, settle what clashes, and can take all of it back.
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { LANGUAGES, inLanguage, prepare, station } from "./helpers/journey";
import { begins, read, say, says, type Language } from "./helpers/words";
import { addCustomer, fact, openCustomer } from "./pages/customers";
import { bringInAll, broughtIn, chooseBackup, backupFile, exportBackup, foundFrom, goToBackup, goToOpen, lookInside } from "./pages/data";
import { openAct, openHistory, turn } from "./pages/history";
import { utf8File } from "./data/csv";
import { importTable } from "./pages/import";
import { goTo, saved, startEmpty } from "./pages/shell";

const FIRST = "青石茶行";
const SECOND = "白鹭纸业";
const THIRD = "南山书店";

test("I look inside, take a choice, take it back, and bring it back after a restart", async ({ page, browser }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, FIRST, "陈掌柜", "13800138000");
  const hers = await another(browser, await exportBackup(page));
  await addCustomer(hers, SECOND, "白经理", "13900139000");
  await addCustomer(hers, THIRD, "南店长", "13700137000");
  const file = await exportBackup(hers);

  await lookInside(page, file, "她的.json");
  await expect(page.getByRole("checkbox", { name: /^选择/ })).toHaveCount(2);
  await page.getByRole("button", { name: `查看${SECOND}的记录` }).click();
  await expect(page.getByText("联系人 · 白经理")).toBeVisible();
  await page.getByRole("button", { name: /查看联系人 · 白经理的字段/ }).click();
  await expect(page.getByRole("row", { name: /^手机/ })).toContainText("13900139000");

  await page.getByRole("checkbox", { name: `选择${SECOND}` }).check();
  const copy = page.waitForEvent("download");
  await page.getByRole("button", { name: "只并入选中的 1 项" }).click();
  await broughtIn(page);
  expect((await copy).suggestedFilename()).toMatch(/^kehu-.*\.json\.gz$/);
  expect(await names(page)).toEqual([FIRST, SECOND].sort());
  await openCustomer(page, SECOND);
  await expect(page.getByText("白经理").first()).toBeVisible();

  await goToOpen(page);
  await page.getByRole("button", { name: "撤销“她的.json”的并入" }).click();
  await expect(page.getByText(/已撤销：\d+ 条记录恢复为并入之前的样子/)).toBeVisible();
  expect(await names(page)).toEqual([FIRST]);

  await page.reload();
  await goToOpen(page);
  await page.getByRole("button", { name: "恢复“她的.json”的并入" }).click();
  await expect(page.getByText(/已恢复：\d+ 条记录重新采用并入的内容/)).toBeVisible();
  expect(await names(page)).toEqual([FIRST, SECOND].sort());

  // The rest comes with the same file, and then there is nothing more.
  await lookInside(page, file, "她的.json");
  await bringInAll(page);
  expect(await names(page)).toEqual([FIRST, SECOND, THIRD].sort());
  await lookInside(page, file, "她的.json");
  await expect(page.getByText("文件中的内容这里都有，没有可并入的内容；不同之处见下。")).toBeVisible();
});

test("an arrival is taken back and brought back from the history, as a whole", async ({ page, browser }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, FIRST, "陈掌柜", "13800138000");
  const hers = await another(browser, await exportBackup(page));
  await addCustomer(hers, SECOND, "白经理", "13900139000");
  await addCustomer(hers, THIRD, "南店长", "13700137000");
  await lookInside(page, await exportBackup(hers), "她的.json");
  await bringInAll(page);
  await openCustomer(page, THIRD);
  await edit(page, { 地址: "长江路 8 号" });
  await openHistory(page);
  await openAct(page, "并入", "她的.json");
  await turn(page, "撤销");
  await expect(page.getByRole("main").getByText("有 1 条记录之后又有改动，保持现状：")).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: THIRD })).toBeVisible();
  await station(page, "arrival-undone");
  expect(await names(page)).toEqual([FIRST, THIRD].sort());
  await page.reload();
  await openHistory(page);
  await openAct(page, "并入", "她的.json");
  await turn(page, "重做");
  expect(await names(page)).toEqual([FIRST, SECOND, THIRD].sort());
});

test("clashes are cards: one is settled by a tap, one by writing another, the rest in one go", async ({ page, browser }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  for (const name of [FIRST, SECOND]) {
    await addCustomer(page, name);
    await edit(page, { 地址: "老街 1 号", 简称: "旧称" });
  }
  const hers = await another(browser, await exportBackup(page));
  for (const name of [FIRST, SECOND]) {
    await openCustomer(page, name);
    await edit(page, { 地址: "长江路 8 号", 简称: "我的" });
  }
  for (const name of [FIRST, SECOND]) {
    await openCustomer(hers, name);
    await edit(hers, { 地址: "黄河路 9 号", 简称: "她的" });
  }
  await lookInside(page, await exportBackup(hers), "她的.json");
  await bringInAll(page);
  await expect(page.getByRole("definition").filter({ hasText: /^4$/ })).toBeVisible();
  await expect(cards(page)).toHaveCount(4);
  const address = cards(page).filter({ hasText: "长江路 8 号" }).first();
  await expect(address).toContainText("修改前：老街 1 号");
  await expect(address).toContainText("黄河路 9 号");
  await address.getByRole("button", { name: "采用“长江路 8 号”" }).click();
  await expect(cards(page)).toHaveCount(3);

  const other = cards(page).filter({ hasText: "长江路 8 号" });
  await other.getByText("另写一个").click();
  await other.getByRole("textbox", { name: "地址的新内容" }).fill("珠江路 3 号");
  await other.getByRole("button", { name: "采用所写" }).click();
  await expect(cards(page)).toHaveCount(2);

  await page.getByRole("button", { name: "一律采用较新的" }).click();
  await expect(page.getByText("已裁定 2 处冲突，可以一次撤销。")).toBeVisible();
  await expect(cards(page)).toHaveCount(0);
  await page.getByRole("button", { name: "撤销裁定" }).click();
  await expect(cards(page)).toHaveCount(2);
  await page.getByRole("button", { name: "一律采用较新的" }).click();
  await expect(cards(page)).toHaveCount(0);
  await openCustomer(page, SECOND);
  await expect(fact(page, "简称")).toContainText("她的");
});

test("what I write instead may be a choice that this company has added", async ({ page, browser }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  const list = (...rows: string[]) => utf8File("客户.csv", ["客户编号,客户名称,区域", ...rows, ""].join("\n"));
  const bring = async (at: Page, ...rows: string[]) => {
    await goTo(at, "数据");
    await at.getByRole("main").getByRole("link", { name: "导入表格" }).click();
    await importTable(at, list(...rows));
    await saved(at);
  };
  await bring(page, `A1,${FIRST},华东`, `A2,${SECOND},海外专区`);
  const hers = await another(browser, await exportBackup(page));
  await bring(page, `A1,${FIRST},华北`);
  await bring(hers, `A1,${FIRST},华南`);
  await lookInside(page, await exportBackup(hers), "她的.json");
  await bringInAll(page);
  const region = cards(page).filter({ hasText: "区域" });
  await region.getByText("另写一个").click();
  const written = region.getByRole("textbox", { name: "区域的新内容" });
  await written.fill("不知何处");
  await region.getByRole("button", { name: "采用所写" }).click();
  await expect(region.getByRole("alert")).toContainText("不知何处");
  await written.fill("海外专区");
  await region.getByRole("button", { name: "采用所写" }).click();
  await expect(region).toHaveCount(0);
  await openCustomer(page, FIRST);
  await expect(fact(page, "区域").first()).toContainText("海外专区");
});

for (const language of LANGUAGES) {
  test(inLanguage("I go back to the day of a backup, and forward again", language), async ({ page }) => {
    await prepare(page, language);
    await startEmpty(page, "晨光商贸");
    await addCustomer(page, FIRST);
    const then = await exportIn(page, language);
    await addCustomer(page, SECOND);
    await saved(page);

    await lookInside(page, then, "那天.json");
    await station(page, "inside");
    await page.getByRole("button", { name: say(page, "回到当日") }).click();
    const question = page.getByRole("dialog", { name: say(page, "回到文件写成的那一天？") });
    await station(page, "back");
    await question.getByRole("button", { name: say(page, "回到当日") }).click();
    await expect(page.getByText(says(page, "已回到文件当日：{{ count }} 条记录改回或移入回收站。"))).toBeVisible();
    await station(page, "done");
    expect(await names(page)).toEqual([FIRST]);
    await goToOpen(page);
    await page.getByRole("button", { name: say(page, "撤销“{{ name }}”的并入", { name: "那天.json" }) }).click();
    await expect(page.getByText(says(page, "已撤销：{{ count }} 条记录恢复为并入之前的样子。"))).toBeVisible();
    expect(await names(page)).toEqual([FIRST, SECOND].sort());
  });
}

test("a sealed backup asks for its passphrase, and a wrong one is told from a damaged file", async ({ page, browser }) => {
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, FIRST);
  await goToBackup(page);
  await page.getByRole("checkbox", { name: /口令/ }).check();
  await page.getByLabel("口令", { exact: true }).fill("七颗星星照在长江的水面上");
  await page.getByLabel("再输一次口令").fill("七颗星星照在长江的水面上");
  const started = page.waitForEvent("download", { timeout: 60_000 });
  await page.getByRole("button", { name: "导出备份" }).click();
  const sealed = await bytesOf(await started);

  const second = await (await browser.newContext()).newPage();
  await second.goto("/data/open");
  await chooseBackup(second, backupFile(sealed, "密.sealed"));
  await expect(second.getByRole("heading", { name: "这个文件已加密" })).toBeVisible();
  await second.getByLabel("口令").fill("不对");
  await second.getByRole("button", { name: "打开", exact: true }).click();
  await expect(second.getByRole("alert")).toContainText("口令不对，文件本身完好");
  await second.getByLabel("口令").fill("七颗星星照在长江的水面上");
  await second.getByRole("button", { name: "打开", exact: true }).click();
  await bringInAll(second);
  expect(await names(second)).toEqual([FIRST]);

  const damaged = Buffer.from(sealed);
  damaged[damaged.length - 30] = (damaged[damaged.length - 30] ?? 0) ^ 1;
  await goToOpen(second);
  await chooseBackup(second, backupFile(damaged, "坏.sealed"));
  await second.getByLabel("口令").fill("七颗星星照在长江的水面上");
  await second.getByRole("button", { name: "打开", exact: true }).click();
  await expect(second.getByRole("alert")).toContainText(/“坏.sealed”已损坏/);
});

/** A second person's browser that begins with a backup. */
async function another(browser: Browser, backup: Buffer): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await foundFrom(page, backup);
  return page;
}

/** The names of all customers, in order. */
async function names(page: Page): Promise<string[]> {
  await goTo(page, "客户");
  const links = page.getByRole("table", { name: say(page, "客户") }).getByRole("link");
  await expect(links.first()).toBeVisible();
  return (await links.allTextContents()).map((name) => name.trim()).sort();
}

/** Changes fields of the customer whose card is open. */
async function edit(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole("button", { name: "修改资料" }).click();
  const dialog = page.getByRole("dialog", { name: "修改资料" });
  for (const [label, text] of Object.entries(fields)) {
    await dialog.getByRole("textbox", { name: new RegExp(`^${label}`) }).fill(text);
  }
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();
}

/** The cards of clashes that wait. */
function cards(page: Page) {
  return page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^采用“/ }) });
}

/** A backup, from a page in either language. */
async function exportIn(page: Page, language: Language): Promise<Buffer> {
  read(page, language);
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: begins(page, "备份与合并") }).click();
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: say(page, "导出备份") }).click();
  return bytesOf(await started);
}

async function bytesOf(download: { path(): Promise<string> }): Promise<Buffer> {
  const { readFile } = await import("node:fs/promises");
  return readFile(await download.path());
}
