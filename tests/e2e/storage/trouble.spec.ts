// The disk is full, or the app is gone: I am told so, and what can be kept is kept.
import { readFile } from "node:fs/promises";
import { expect, test } from "../helpers/test";
import { addCustomer, countShown } from "../pages/customers";
import { exportBackup, foundFrom } from "../pages/data";
import { goTo, saved, startEmpty } from "../pages/shell";

test("a full disk is said so, the words stay in the form, and with room again they are saved", async ({ page, context, baseURL }) => {
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  const cdp = await context.newCDPSession(page);
  const origin = new URL(baseURL ?? "").origin;
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });

  // The browser asks for the room that is left only now and then, so a few saves still succeed.
  await goTo(page, "客户");
  const isSaved: string[] = [];
  const dialog = page.getByRole("dialog", { name: "新增客户" });
  const isFull = dialog.getByText(/设备存储空间已满/);
  let name = "";
  for (let number = 1; !(await isFull.isVisible()); number += 1) {
    if (name) isSaved.push(name);
    name = `第${number}茶行`;
    await goTo(page, "客户");
    await page.getByRole("button", { name: "新增客户" }).click();
    await dialog.getByRole("textbox", { name: "客户名称" }).fill(name);
    await dialog.getByRole("button", { name: "保存" }).click();
    await expect(isFull.or(page.getByRole("heading", { level: 1, name }))).toBeVisible();
  }
  await expect(dialog.getByRole("textbox", { name: "客户名称" })).toHaveValue(name);
  await expect(page.getByText("未保存", { exact: true })).toBeVisible();

  await cdp.send("Storage.overrideQuotaForOrigin", { origin });
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await saved(page);
  await page.reload();
  await goTo(page, "客户");
  expect(await countShown(page)).toBe(isSaved.length + 1);
});

test("the rescue page hands out everything, without the app, as a backup that opens", async ({ page, browser }) => {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const backup = await exportBackup(page);
  await page.goto("/rescue.html");
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: /下载备份文件/ }).click();
  const rescued = await readFile(await (await started).path());
  expect(rescued.equals(backup)).toBe(true);
  const second = await (await browser.newContext()).newPage();
  await foundFrom(second, rescued);
  await goTo(second, "客户");
  await expect(second.getByRole("link", { name: "青石茶行" })).toBeVisible();
});
