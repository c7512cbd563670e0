// I take a copy away: as I want it, proven, and with nothing in it that I did not choose.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { recordsOf } from "../data/records";
import { expect, test } from "../helpers/test";
import { addCustomer } from "../pages/customers";
import { bringIn, exportBackup, foundFrom } from "../pages/data";
import { goTo, startEmpty } from "../pages/shell";

const PASSPHRASE = "青石茶行的老掌柜";

/** Exports as the page is set now, and gives the file with its name. */
async function exported(page: Page): Promise<{ name: string; bytes: Buffer }> {
  const started = page.waitForEvent("download", { timeout: 60_000 });
  await page.getByRole("button", { name: "导出备份" }).click();
  const download = await started;
  await expect(page.getByText(/已导出并验证/)).toBeVisible();
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("a compressed copy holds the same bytes, a sealed one opens with its passphrase alone", async ({ page }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const plain = await exportBackup(page);

  await page.getByLabel("压缩（.json.gz），体积小得多").check();
  const packed = await exported(page);
  expect(packed.name).toMatch(/^kehu-\d{8}-\d{4}\.json\.gz$/);
  expect(gunzipSync(packed.bytes).equals(plain)).toBe(true);

  await page.getByLabel("用口令加密").check();
  await expect(page.getByText(/口令一旦忘记/)).toBeVisible();
  await page.getByRole("button", { name: "导出备份" }).click();
  await expect(page.getByText("口令至少要 8 个字符。")).toBeVisible();
  await page.getByLabel("口令", { exact: true }).fill("20261126");
  await expect(page.getByText(/^较弱/)).toBeVisible();
  await page.getByLabel("口令", { exact: true }).fill(PASSPHRASE);
  await expect(page.getByText(/^很强/)).toBeVisible();
  await page.getByLabel("再输一次口令").fill("青石茶行");
  await page.getByRole("button", { name: "导出备份" }).click();
  await expect(page.getByText("两次输入的口令不一样。")).toBeVisible();
  await page.getByLabel("再输一次口令").fill(PASSPHRASE);
  const sealed = await exported(page);
  expect(sealed.name).toMatch(/\.json\.gz\.sealed$/);
  expect(sealed.bytes.subarray(0, 11).toString()).toBe("kehu-sealed");
  expect(sealed.bytes.includes(Buffer.from("kehu-snapshot"))).toBe(false);
  await expect(page.getByText("打开它需要口令。请把口令记在别处。")).toBeVisible();
});

test("a copy without attachments says so, and bringing it in takes nobody's attachments away", async ({ page, browser }) => {
  test.setTimeout(120_000);
  // A company with a picture, as a released version wrote it.
  await foundFrom(page, readFileSync(resolve(import.meta.dirname, "../../../crates/domain/tests/corpus/snapshot-1.json")));
  const whole = await exportBackup(page);
  expect(whole.toString()).toContain("YWJj");
  await page.getByLabel(/^不含附件内容（共 1 个）/).check();
  const bare = await exported(page);
  await expect(page.getByText(/这份副本不含附件内容/)).toBeVisible();
  expect(bare.bytes.toString()).toContain('"without":["attachment"]');
  expect(bare.bytes.toString()).not.toContain("YWJj");
  expect(await bringIn(page, bare.bytes)).toBe(false);
  expect((await exportBackup(page)).equals(whole)).toBe(true);

  const second = await (await browser.newContext()).newPage();
  await foundFrom(second, bare.bytes);
  expect(await bringIn(second, whole)).toBe(true);
  // The other device also notes what came in; all else is the same, the picture too.
  const kept = (file: Buffer) => recordsOf(file).filter(({ kind }) => kind !== "arrival");
  expect(kept(await exportBackup(second))).toEqual(kept(whole));
});

test("Today speaks of a copy once there is work to lose, until there is one", async ({ page }) => {
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  await expect(page.getByText(/次变更还没有备份/)).toHaveCount(0);
  for (let number = 1; number <= 11; number += 1) await addCustomer(page, `第${number}茶行`, "陈掌柜", `138001380${10 + number}`);
  await goTo(page, "今日");
  await expect(page.getByText(/有 \d+ 次变更还没有备份。/)).toBeVisible();
  await page.getByRole("link", { name: "导出备份" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "备份与合并" })).toBeVisible();
  await exported(page);
  await goTo(page, "今日");
  await expect(page.getByText(/次变更还没有备份/)).toHaveCount(0);

  // The mark survives a restart, also where the browser forgot what lies outside the database.
  await page.evaluate(() => localStorage.removeItem("kehu-copies-main"));
  await page.reload();
  await goTo(page, "数据");
  await expect(page.getByText(/\d{4}-\d\d-\d\d \d\d:\d\d，含 \d+ 次变更/)).toBeVisible();
});
