// I come back: my company goes from device to device as a file, and what two people did is never lost.
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "../helpers/test";
import { addCustomer, editCustomer, fact, openCustomer } from "../pages/customers";
import { bringIn, contentOf, exportBackup, foundFrom } from "../pages/data";
import { addStaff } from "../pages/settings";
import { goTo, openDemo, startEmpty } from "../pages/shell";
import { visit } from "../pages/visit";

const CUSTOMER = "青石茶行";

test("a second, empty browser opens the backup and has the same company", async ({ page, browser }) => {
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await visit(page, CUSTOMER);
  const backup = await exportBackup(page);

  const second = await emptyBrowser(browser);
  await foundFrom(second, backup);
  expect((await exportBackup(second)).equals(backup)).toBe(true);
  await openCustomer(second, CUSTOMER);
  await expect(second.getByText("陈掌柜").first()).toBeVisible();
  await goTo(second, "事项");
  await second.getByRole("main").getByRole("link", { name: CUSTOMER }).click();
  await expect(second.getByText("客户回访记录表").first()).toBeVisible();
});

test("the whole demo company fits through a backup, byte for byte", async ({ page, browser }) => {
  test.setTimeout(120_000);
  await openDemo(page);
  const backup = await exportBackup(page);
  const second = await emptyBrowser(browser);
  await foundFrom(second, backup);
  expect((await exportBackup(second)).equals(backup)).toBe(true);
});

test("two people edit one customer, exchange backups in either order, twice, and agree", async ({ page, browser }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, CUSTOMER);
  await editCustomer(page, { 地址: "老街 1 号" });
  const origin = await exportBackup(page);
  const hers = await emptyBrowser(browser);
  await foundFrom(hers, origin);

  await openCustomer(page, CUSTOMER);
  await editCustomer(page, { 简称: "青石", 地址: "长江路 8 号" });
  await openCustomer(hers, CUSTOMER);
  await editCustomer(hers, { 网址: "qingshi.example", 地址: "黄河路 9 号" });
  const mineAlone = await exportBackup(page);
  const hersAlone = await exportBackup(hers);

  expect(await bringIn(page, hersAlone)).toBe(true);
  expect(await bringIn(hers, mineAlone)).toBe(true);
  const united = await exportBackup(page);
  expect(contentOf(await exportBackup(hers))).toEqual(contentOf(united));
  expect(await bringIn(page, hersAlone)).toBe(false);
  // Only the note of what came in there is new.
  expect(await bringIn(hers, united)).toBe(true);
  expect(await bringIn(hers, united)).toBe(false);
  expect(contentOf(await exportBackup(hers))).toEqual(contentOf(united));

  for (const order of [[mineAlone, hersAlone], [hersAlone, mineAlone]] as const) {
    const other = await emptyBrowser(browser);
    await foundFrom(other, order[0]);
    expect(await bringIn(other, order[1])).toBe(true);
    expect(contentOf(await exportBackup(other))).toEqual(contentOf(united));
    await other.close();
  }

  for (const person of [page, hers]) {
    await openCustomer(person, CUSTOMER);
    await expect(fact(person, "简称")).toContainText("青石");
    await expect(fact(person, "网址")).toContainText("qingshi.example");
    await goTo(person, "数据");
    const clash = clashes(person);
    await expect(clash).toHaveCount(1);
    await expect(clash).toContainText("长江路 8 号");
    await expect(clash).toContainText("黄河路 9 号");
    await expect(clash).toContainText("老街 1 号");
  }

  await page.getByRole("button", { name: "采用“长江路 8 号”" }).click();
  await expect(clashes(page)).toHaveCount(0);
  const settled = await exportBackup(page);
  expect(await bringIn(hers, settled)).toBe(true);
  await goTo(hers, "数据");
  await expect(clashes(hers)).toHaveCount(0);
  await openCustomer(hers, CUSTOMER);
  await expect(fact(hers, "地址")).toContainText("长江路 8 号");
  expect(contentOf(await exportBackup(hers))).toEqual(contentOf(settled));
});

/** The cards of clashes that wait on the Data page. */
function clashes(page: Page) {
  return page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^采用“/ }) });
}

/** A page of a browser that never was here. */
async function emptyBrowser(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}
