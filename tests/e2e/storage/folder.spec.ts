// I choose a folder once, and copies are kept there without my thinking of it.
import { gunzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/test";
import { addCustomer } from "../pages/customers";
import { exportBackup, goToBackup } from "../pages/data";
import { goTo, openApp, startEmpty } from "../pages/shell";
import { folderFile, folderFiles, offerFolder, putIntoFolder, wipeWorkspace } from "../pages/folder";

/** Chooses the folder and waits for the first copy. */
async function chooseFolder(page: Page): Promise<void> {
  await goToBackup(page);
  await page.getByRole("button", { name: "选择文件夹" }).click();
  await expect(page.getByText("副本留存在“留存”。")).toBeVisible();
  await expect(page.getByText(/^最近一份：\d{4}-\d\d-\d\d/)).toBeVisible({ timeout: 30_000 });
}

test("the folder gets a proven copy, keeps what is not ours, and lets old copies go by the rota", async ({ page }) => {
  test.setTimeout(120_000);
  await offerFolder(page);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const backup = await exportBackup(page);
  await chooseFolder(page);
  const [first] = await folderFiles(page);
  expect(first).toMatch(/^kehu-[0-9a-f]{8}-[0-9a-f]{6}-\d{8}-\d{6}\.json\.gz$/);
  expect(gunzipSync(await folderFile(page, first ?? "")).equals(backup)).toBe(true);

  // Twelve earlier days with two copies each, and things that are none of ours.
  const start = (first ?? "").replace(/\d{8}-\d{6}\.json\.gz$/, "");
  const others = ["发票.xlsx", "kehu-00000000-000000-20200101-080000.json.gz", `${start}20200101-080000.json`];
  await putIntoFolder(page, others);
  const days = Array.from({ length: 12 }, (_, day) => `202001${String(day + 10)}`);
  await putIntoFolder(page, days.flatMap((day) => [`${start}${day}-080000.json.gz`, `${start}${day}-170000.json.gz`]));
  await addCustomer(page, "白鹭纸行");
  await goToBackup(page);
  await page.getByRole("button", { name: "现在留一份" }).click();
  await expect
    .poll(async () => (await folderFiles(page)).length, { timeout: 30_000 })
    .toBe(others.length + 10 + 2);
  const left = await folderFiles(page);
  for (const other of others) expect(left).toContain(other);
  expect(left.filter((name) => name.startsWith(`${start}2020`) && name.endsWith(".gz"))).toEqual(
    days.slice(2).map((day) => `${start}${day}-170000.json.gz`),
  );

  // It is known after a restart, and let go of when I say so.
  await page.reload();
  await goTo(page, "数据");
  await expect(page.getByText(/“留存”，最近 \d{4}/)).toBeVisible();
  await goToBackup(page);
  await page.getByRole("button", { name: "停止留存" }).click();
  await expect(page.getByRole("button", { name: "选择文件夹" })).toBeVisible();
  expect((await folderFiles(page)).length).toBe(left.length);
});

test("after work and a rest a copy is made by itself", async ({ page }) => {
  test.setTimeout(120_000);
  await offerFolder(page);
  await page.clock.install();
  await startEmpty(page, "晨光商贸");
  await chooseFolder(page);
  expect(await folderFiles(page)).toHaveLength(1);
  await addCustomer(page, "青石茶行");
  await page.clock.fastForward("10:00");
  await page.clock.runFor(25_000);
  expect(await folderFiles(page)).toHaveLength(1);
  await page.clock.fastForward("10:00");
  await page.clock.runFor(25_000);
  await expect.poll(async () => (await folderFiles(page)).length, { timeout: 30_000 }).toBe(2);
});

test("a browser that wants to be asked again shows a button, and says so among the health of the storage", async ({ page }) => {
  await offerFolder(page);
  await startEmpty(page, "晨光商贸");
  await chooseFolder(page);
  await page.addInitScript(() => {
    let leave: PermissionState = "prompt";
    const proto = FileSystemHandle.prototype as unknown as Record<string, () => Promise<PermissionState>>;
    proto.queryPermission = async () => leave;
    proto.requestPermission = async () => (leave = "granted");
  });
  await page.reload();
  await goTo(page, "数据");
  await expect(page.getByText("“留存”等待您再次同意")).toBeVisible();
  await page.getByRole("link", { name: "查看原因并处理" }).click();
  await page.getByRole("button", { name: "允许写入" }).click();
  await expect(page.getByText("副本留存在“留存”。")).toBeVisible();
});

test("a lost store is brought back from the folder", async ({ page }) => {
  test.setTimeout(120_000);
  await offerFolder(page);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  await chooseFolder(page);
  await wipeWorkspace(page);
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "数据没有如常打开" })).toBeVisible();
  await expect(page.getByText(/最近一次验证过的副本：\d{4}/)).toBeVisible();
  await page.getByRole("button", { name: /^用 \d{4}-\d\d-\d\d \d\d:\d\d 的副本找回/ }).click();
  await expect(page.getByText("全部找回了。")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "用现有内容打开" }).click();
  await openApp(page, "/customers");
  await expect(page.getByRole("link", { name: "青石茶行" })).toBeVisible();
});
