// Consent (L2): given for a purpose and channels, shown with the contact, taken back; then there is no more care.
import { expect, test } from "./helpers/test";
import { about, beginCase, expectStep, start } from "./pages/cases";
import { addCustomer, openCustomer } from "./pages/customers";
import { addStaff } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";

const CUSTOMER = "青石茶行";
const CONTACT = "陈掌柜";

test("care ends when the contact takes back the consent it rests on", async ({ page, watch }) => {
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, CONTACT, "13800138000");

  // Consent is a record: what for, through what, since when and how.
  await page.getByRole("button", { name: `授权同意：${CONTACT}` }).click();
  const dialog = page.getByRole("dialog", { name: `${CONTACT} 的授权同意` });
  await expect(dialog.getByText("还没有同意过任何用途。")).toBeVisible();
  await dialog.getByRole("button", { name: "登记同意" }).click();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("alert")).toContainText("请填写“用途”。");
  await dialog.getByLabel(/^用途/).selectOption({ label: "关怀" });
  await dialog.getByRole("group", { name: /^同意的渠道/ }).getByRole("checkbox", { name: "短信" }).check();
  await dialog.getByRole("group", { name: /^同意的渠道/ }).getByRole("checkbox", { name: "邮寄与礼品" }).check();
  await dialog.getByLabel(/^取得方式/).selectOption({ label: "书面签字" });
  await dialog.getByRole("textbox", { name: /^凭据/ }).fill("2026 年服务协议附件三");
  await dialog.getByLabel(/^同意日期/).fill("2099-01-01");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("alert")).toContainText("日期不能晚于今天。");
  await dialog.getByLabel(/^同意日期/).fill("2026-01-05");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("listitem")).toContainText(["关怀：短信、邮寄与礼品"]);
  await expect(dialog.getByRole("listitem")).toContainText(["2026-01-05 同意，书面签字 · 2026 年服务协议附件三"]);
  await dialog.getByRole("button", { name: "关闭" }).click();
  await expect(page.getByText("同意关怀（短信、邮寄与礼品）")).toBeVisible();
  await saved(page);

  // A care action of theirs is open.
  await beginCase(page, "关怀任务");
  await about(page, CUSTOMER);
  await page.getByLabel(/^关怀对象/).selectOption({ label: CONTACT });
  await page.getByLabel(/^时机/).selectOption({ label: "生日" });
  const day = await page.evaluate(() => new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10));
  await page.getByLabel(/^关怀日期/).fill(day);
  await start(page);
  await expectStep(page, "待执行");
  const care = new URL(page.url()).pathname;

  // They take it back by phone.
  await openCustomer(page, CUSTOMER);
  await page.getByRole("button", { name: `授权同意：${CONTACT}` }).click();
  await dialog.getByRole("button", { name: /^撤回：关怀/ }).click();
  await dialog.getByLabel(/^撤回方式/).selectOption({ label: "口头（通话或面谈）" });
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog.getByRole("listitem")).toContainText([/撤回，口头（通话或面谈）/]);
  await expect(dialog.getByRole("button", { name: /^撤回：/ })).toHaveCount(0);
  await dialog.getByRole("button", { name: "关闭" }).click();
  await expect(page.getByText(/^\d{4}-\d{2}-\d{2} 撤回对关怀的同意$/)).toBeVisible();

  // The open action is over, by the app itself, with its reason; nobody forgot it.
  await saved(page);
  await page.goto(care);
  await expectStep(page, "已跳过");
  await expect(page.getByRole("definition").filter({ hasText: "联系人未同意" })).toBeVisible();
  await expect(page.getByRole("main").getByText("Kehu").first()).toBeVisible();
  await goTo(page, "事项");
  await expect(page.getByRole("main").getByRole("link", { name: CUSTOMER })).toHaveCount(0);
  expect(watch.problems).toEqual([]);
});
