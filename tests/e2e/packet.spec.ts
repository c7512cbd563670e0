// I hand customers over: a colleague gets a file with just these, works offline, and the results come back the same way.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { station } from "./helpers/journey";
import { expect, offlineReady, test } from "./helpers/test";
import { addCustomer, editCustomer, fact, openCustomer } from "./pages/customers";
import { backupFile, bringInAll, chooseBackup, exportBackup, goToBackup, goToOpen, lookInside } from "./pages/data";
import { addStaff, become } from "./pages/settings";
import { goTo, openApp, startEmpty } from "./pages/shell";
import { visit } from "./pages/visit";

const MINE = "青石茶行";
const HERS = "白鹭纸业";

test("customers go to a colleague in a packet and come back with what was done, offline", async ({ page, browser }) => {
  test.setTimeout(240_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addStaff(page, "王芳", ["客户关系专员"]);
  await addCustomer(page, MINE, "陈掌柜", "13800138000");
  await addCustomer(page, HERS, "白经理", "13900139000");
  await become(page, "李敏");
  await visit(page, HERS);

  await offlineReady(page);
  await page.context().setOffline(true);
  await goToPacket(page);
  await choose(page, HERS);
  await page.getByLabel("交给").selectOption({ label: "王芳" });
  await page.getByLabel("附言").fill("请先回访");
  await page.getByRole("button", { name: "看看装了什么" }).click();
  await expect(page.getByText(/内容：.*客户 1/)).toBeVisible();
  const packet = await make(page);
  await expect(page.getByText(/1 位：白鹭纸业/)).toBeVisible();
  expect(packet.name).toMatch(/^kehu-packet-.*\.json\.gz$/);

  const colleague = await (await browser.newContext()).newPage();
  await openApp(colleague, "/data/open");
  await offlineReady(colleague);
  await colleague.context().setOffline(true);
  await chooseBackup(colleague, backupFile(packet.bytes, packet.name));
  await expect(colleague.getByText(/交接包：李敏于 .* 交出 1 位客户/)).toBeVisible();
  await expect(colleague.getByText("交给王芳。")).toBeVisible();
  await expect(colleague.getByText("附言：请先回访")).toBeVisible();
  await expect(colleague.getByRole("button", { name: "回到当日" })).toHaveCount(0);
  await bringInAll(colleague);
  await goTo(colleague, "客户");
  const customers = colleague.getByRole("table", { name: "客户" }).getByRole("link");
  await expect(customers).toHaveText([HERS]);
  await expect(colleague.getByText("陈掌柜")).toHaveCount(0);
  await become(colleague, "王芳");
  await openCustomer(colleague, HERS);
  await expect(colleague.getByText("白经理").first()).toBeVisible();
  await editCustomer(colleague, { 简称: "白鹭" });
  await goToPacket(colleague);
  await choose(colleague, HERS);
  const back = await make(colleague);

  // Meanwhile there was work on it here as well, in another field.
  await openCustomer(page, HERS);
  await editCustomer(page, { 地址: "长江路 8 号" });
  await goToOpen(page);
  await chooseBackup(page, backupFile(back.bytes, back.name));
  await expect(page.getByText(/交接包：王芳于/)).toBeVisible();
  await expect(page.getByRole("term").filter({ hasText: "文件中没有" })).toHaveCount(0);
  await bringInAll(page);
  await openCustomer(page, HERS);
  await expect(fact(page, "简称")).toContainText("白鹭");
  await expect(fact(page, "地址")).toContainText("长江路 8 号");
  await openCustomer(page, MINE);
  await expect(page.getByText("陈掌柜").first()).toBeVisible();
});

test("a backup of a workspace that began with a packet says that it is a part, until a whole one came in", async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, MINE, "陈掌柜", "13800138000");
  await addCustomer(page, HERS, "白经理", "13900139000");
  await goToPacket(page);
  await choose(page, HERS);
  const packet = await make(page);
  const whole = await exportBackup(page);

  const colleague = await (await browser.newContext()).newPage();
  await openApp(colleague, "/data/open");
  await chooseBackup(colleague, backupFile(packet.bytes, packet.name));
  await bringInAll(colleague);
  await openCustomer(colleague, HERS);
  await editCustomer(colleague, { 简称: "白鹭" });
  const part = await exportBackup(colleague);
  await expect(colleague.getByText("这个工作区从交接包开始，只有部分客户")).toBeVisible();
  await station(colleague, "part-write");

  // On the main device nothing counts as missing in it, and nobody is offered to go back to it.
  await lookInside(page, part, "她的.json");
  await expect(page.getByText("这份备份来自一个只有部分客户的工作区")).toBeVisible();
  await expect(page.getByRole("term").filter({ hasText: "文件中没有" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "回到当日" })).toHaveCount(0);
  await station(page, "part-inside");
  await bringInAll(page);
  await openCustomer(page, HERS);
  await expect(fact(page, "简称")).toContainText("白鹭");
  await goToBackup(page);
  await expect(page.getByRole("button", { name: "导出备份" })).toBeVisible();
  await expect(page.getByText("这个工作区从交接包开始，只有部分客户")).toHaveCount(0);

  await lookInside(colleague, whole, "整份.json");
  await bringInAll(colleague);
  await goToBackup(colleague);
  await expect(colleague.getByRole("button", { name: "导出备份" })).toBeVisible();
  await expect(colleague.getByText("这个工作区从交接包开始，只有部分客户")).toHaveCount(0);
});

async function goToPacket(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: /^交接客户/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "交接客户" })).toBeVisible();
}

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("searchbox", { name: "查找客户" }).fill(name);
  await page.getByRole("checkbox", { name: `选择${name}` }).check();
  await expect(page.getByText("已选 1 位客户")).toBeVisible();
}

/** Makes the packet and gives the file. */
async function make(page: Page): Promise<{ name: string; bytes: Buffer }> {
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "生成交接包" }).click();
  const download = await started;
  await expect(page.getByText(/交接包“.*”已生成并验证/)).toBeVisible();
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}
