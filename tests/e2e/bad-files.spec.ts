// I choose a wrong or broken file: a sentence names it and says what to do, and what was there is untouched.
import { randomBytes } from "node:crypto";
import { expect, test } from "./helpers/test";
import { smallCustomerList } from "./data/company";
import type { FileToChoose } from "./data/csv";
import { addCustomer } from "./pages/customers";
import { backupFile, chooseBackup, exportBackup, goToOpen } from "./pages/data";
import { chooseTable } from "./pages/import";
import { goTo, startEmpty } from "./pages/shell";

/** The first bytes of a picture. */
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

/** Noise that is the same in no run and text in none. */
const NOISE = Buffer.concat([Buffer.of(0, 1, 2, 255, 254, 0), randomBytes(4096)]);

test("backups that are none, or are not whole", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const backup = await exportBackup(page);
  const text = backup.toString("utf8");
  const files: [FileToChoose, RegExp][] = [
    [backupFile(Buffer.alloc(0), "空.json"), /“空\.json”是空文件/],
    [backupFile(NOISE, "噪声.json"), /“噪声\.json”不是 Kehu 备份/],
    [backupFile(PNG, "照片.json"), /“照片\.json”不是 Kehu 备份/],
    [backupFile(Buffer.from('{"format":"other"}'), "别的.json"), /“别的\.json”不是 Kehu 备份/],
    [backupFile(backup.subarray(0, Math.floor(backup.length * 0.6)), "半截.json"), /“半截\.json”没有写完就断了/],
    [backupFile(backup.subarray(0, backup.length - 3), "缺尾.json"), /“缺尾\.json”没有写完就断了/],
    [backupFile(Buffer.from(text.replace("青石茶行", "青石茶庄")), "改过.json"), /“改过\.json”的校验不符/],
    [backupFile(Buffer.from(text.replace('"version":1', '"version":99')), "将来.json"), /“将来\.json”由更新的版本写成/],
  ];
  await goToOpen(page);
  for (const [file, sentence] of files) {
    await chooseBackup(page, file);
    await expect(page.getByRole("alert").filter({ hasText: sentence })).toBeVisible();
    await expect(page.getByRole("button", { name: /^并入/ })).toHaveCount(0);
  }
  expect((await exportBackup(page)).equals(backup)).toBe(true);
});

test("another company's backup is not mixed into mine", async ({ page, browser }) => {
  const stranger = await (await browser.newContext()).newPage();
  await startEmpty(stranger, "别家商号");
  await addCustomer(stranger, "别家客户");
  const theirs = await exportBackup(stranger);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const mine = await exportBackup(page);
  await goToOpen(page);
  await chooseBackup(page, backupFile(theirs, "别家.json"));
  await expect(page.getByRole("alert").filter({ hasText: /“别家\.json”是另一家公司的备份/ })).toBeVisible();
  expect((await exportBackup(page)).equals(mine)).toBe(true);
});

test("tables that are none, or in an encoding nobody knows", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const before = await exportBackup(page);
  const list = smallCustomerList().file.buffer;
  const broken = Buffer.concat([list.subarray(0, 400), Buffer.of(0xff, 0xff, 0xff), list.subarray(400)]);
  const files: [FileToChoose, RegExp][] = [
    [table("空.csv", Buffer.alloc(0)), /“空\.csv”(里没有内容|是空文件)/],
    [table("空行.csv", Buffer.from("\r\n\r\n")), /“空行\.csv”/],
    [table("噪声.csv", NOISE), /“噪声\.csv”/],
    [table("照片.csv", PNG), /“照片\.csv”不是文本/],
    [table("工作簿.csv", Buffer.from("PK\u0003\u0004\u0014\0\u0006\0[Content_Types].xml")), /“工作簿\.csv”：工作簿已损坏或不完整/],
    [table("一行.csv", Buffer.alloc(17 * 1024 * 1024, "名")), /“一行\.csv”第 1 行超过/],
    [table("空字符.csv", Buffer.from("客户名称,手机\n甲\0,1\n")), /“空字符\.csv”不是文本/],
    [table("很深.json", Buffer.from("[".repeat(100_000) + "]".repeat(100_000))), /“很深\.json”的第 2 行不是一条记录/],
    [table("半个字.json", Buffer.from('[{"客户名称":"\\ud800"}]')), /“半个字\.json”不是完整的 JSON/],
    [table("嵌套.json", Buffer.from('[{"客户名称":{"zh":"甲"}}]')), /“嵌套\.json”第 2 行的“客户名称”里又套了一层内容/],
    [table("坏编码.csv", broken), /“坏编码\.csv”第 \d+ 个字节既不是 UTF-8 也不是 GB18030/],
    [table("备份.csv", before), /“备份\.csv”看起来是 Kehu 备份/],
  ];
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
  for (const [file, sentence] of files) {
    await chooseTable(page, file);
    await expect(page.getByRole("alert").filter({ hasText: sentence })).toBeVisible();
    await expect(page.getByRole("button", { name: "下一步" })).toBeDisabled();
  }
  // A good file afterwards is taken as if nothing had been.
  await chooseTable(page, smallCustomerList().file);
  await expect(page.getByRole("button", { name: "下一步" })).toBeEnabled();
  expect((await exportBackup(page)).equals(before)).toBe(true);
});

function table(name: string, buffer: Buffer): FileToChoose {
  return { name, mimeType: "text/csv", buffer };
}
