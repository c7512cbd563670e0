// The store is lost or damaged: I am told what is known, bring back what a copy holds, and keep what is still readable.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/test";
import { addCustomer } from "../pages/customers";
import { backupFile, exportBackup } from "../pages/data";
import { damageWorkspace, wipeWorkspace } from "../pages/folder";
import { goTo, openApp, startEmpty } from "../pages/shell";

const PASSPHRASE = "青石茶行的老掌柜";
const LOST = { name: "数据没有如常打开" };

async function begin(page: Page): Promise<Buffer> {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  return exportBackup(page);
}

function file(page: Page) {
  return page.getByLabel(/^选择备份文件/);
}

async function opens(page: Page, names: readonly string[]): Promise<void> {
  await page.getByRole("button", { name: "用现有内容打开" }).click();
  await expect(page.getByRole("heading", LOST)).toHaveCount(0);
  await openApp(page, "/customers");
  for (const name of names) await expect(page.getByRole("link", { name })).toBeVisible();
  await goTo(page, "数据");
  await expect(page.getByText("每一份校验都正确")).toBeVisible();
}

test("an emptied store is brought back from a file, and the page counts what is back", async ({ page }) => {
  const backup = await begin(page);
  await wipeWorkspace(page);
  await page.goto("/");
  await expect(page.getByRole("heading", LOST)).toBeVisible();
  await expect(page.getByText(/原有 \d+ 条变更记录/)).toBeVisible();
  await expect(page.getByText(/最后一次记下的保存：\d{4}.*共 \d+ 次变更/)).toBeVisible();
  await expect(page.getByRole("button", { name: "从空白开始" })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("heading", LOST)).toBeVisible();

  // Wrong files change nothing and are told apart.
  await file(page).setInputFiles(backupFile(backup.subarray(0, backup.length - 30), "半截.json"));
  await expect(page.getByText(/“半截\.json”没有写完就断了/)).toBeVisible();
  await file(page).setInputFiles(backupFile(Buffer.from("abc"), "别的.json"));
  await expect(page.getByText(/“别的\.json”不是 Kehu 备份/)).toBeVisible();

  await file(page).setInputFiles(backupFile(backup));
  await expect(page.getByText("全部找回了。")).toBeVisible({ timeout: 30_000 });
  await opens(page, ["青石茶行"]);
  expect((await exportBackup(page)).equals(backup)).toBe(true);
});

test("a sealed copy asks for its passphrase and takes only the right one", async ({ page }) => {
  test.setTimeout(180_000);
  await begin(page);
  await page.getByLabel("压缩（.json.gz），体积小得多").check();
  await page.getByLabel("用口令加密").check();
  await page.getByLabel("口令", { exact: true }).fill(PASSPHRASE);
  await page.getByLabel("再输一次口令").fill(PASSPHRASE);
  const started = page.waitForEvent("download", { timeout: 60_000 });
  await page.getByRole("button", { name: "导出备份" }).click();
  const sealed = await readFile(await (await started).path());
  await wipeWorkspace(page);
  await page.goto("/");
  await file(page).setInputFiles(backupFile(sealed, "副本.json.gz.sealed"));
  await page.getByLabel("这份备份的口令").fill("青石茶行的老板娘");
  await page.getByRole("button", { name: "打开", exact: true }).click();
  await expect(page.getByText(/口令不对，文件本身没有损坏/)).toBeVisible({ timeout: 60_000 });
  await page.getByLabel("这份备份的口令").fill(PASSPHRASE);
  await page.getByRole("button", { name: "打开", exact: true }).click();
  await expect(page.getByText("全部找回了。")).toBeVisible({ timeout: 60_000 });
  await opens(page, ["青石茶行"]);
});

test("what a copy does not hold is counted as not back, and what was still readable stays", async ({ page }) => {
  const backup = await begin(page);
  await addCustomer(page, "白鹭纸行");
  await addCustomer(page, "山月瓷器");
  await damageWorkspace(page, "journal", "delete");
  await page.goto("/");
  await expect(page.getByRole("heading", LOST)).toBeVisible();
  await file(page).setInputFiles(backupFile(backup));
  await expect(page.getByText(/还有 \d+ 次变更没有找回/).or(page.getByText("全部找回了。"))).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "用现有内容打开" }).click();
  await expect(page.getByRole("heading", LOST)).toHaveCount(0);
  await openApp(page, "/customers");
  await expect(page.getByRole("link", { name: "青石茶行" })).toBeVisible();
  const kept = page.getByRole("link", { name: /白鹭纸行|山月瓷器/ });
  await expect(kept.first()).toBeVisible();
  await goTo(page, "数据");
  await expect(page.getByText("每一份校验都正确")).toBeVisible();
});

test("a damaged piece is repaired from a copy while everything else goes on", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  await addCustomer(page, "白鹭纸行");
  const backup = await exportBackup(page);
  await damageWorkspace(page, "journal", "flip");
  await openApp(page);
  await goTo(page, "数据");
  await expect(page.getByText(/有 1 份校验不符/)).toBeVisible();
  await page.getByRole("link", { name: "从副本找回缺失的内容" }).click();
  await file(page).setInputFiles(backupFile(backup));
  await expect(page.getByText("全部找回了。")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "用现有内容打开" }).click();
  await expect(page.getByText("每一份校验都正确")).toBeVisible({ timeout: 30_000 });
  // What the app did by itself while a piece was missing stays beside what came back.
  const now = (await exportBackup(page)).toString("utf8");
  for (const line of backup.toString("utf8").split("\n").filter((line) => line.startsWith('{"stamp"'))) {
    expect(now).toContain(line.replace(/,$/, ""));
  }
  await openApp(page, "/customers");
  for (const name of ["青石茶行", "白鹭纸行"]) await expect(page.getByRole("link", { name })).toBeVisible();
});
