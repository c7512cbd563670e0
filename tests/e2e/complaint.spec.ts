// A complaint goes from whoever hears of it to whoever settles it, and the clocks say until when.
import { expect, offlineReady, test } from "./helpers/test";
import { about, beginCase, confirm, fillFor, move, start } from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { addStaff, become } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";
import { choose, expectStep, file } from "./pages/visit";

const CUSTOMER = "青石茶行";

test("a complaint is taken, graded by M05 and handed over exactly once, without a network", async ({ page, context }) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addStaff(page, "王恕", ["客户投诉专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await become(page, "李敏");
  await offlineReady(page);
  await context.setOffline(true);

  await beginCase(page, "投诉接待");
  await about(page, CUSTOMER);
  await page.getByLabel("渠道").selectOption({ label: "电话" });
  await start(page);
  await expectStep(page, "已接收");

  await fillFor(page, "确认受理", "客户投诉登记表");
  await page.getByRole("textbox", { name: /^投诉人/ }).fill("陈掌柜");
  await choose(page, "身份", "本人");
  await page.getByRole("textbox", { name: /^联系方式/ }).fill("13800138000");
  await page.getByLabel("投诉类别").selectOption({ label: "交付物流" });
  await page.getByLabel(/^发生时间/).fill("2026-01-05T09:30");
  await page.getByRole("textbox", { name: /^事实经过/ }).fill("货晚到两天，错过开业。");
  await page.getByRole("group", { name: /^客户诉求/ }).getByRole("checkbox", { name: "道歉" }).check();
  await page.getByRole("textbox", { name: /^主张损失/ }).fill("25000");
  await choose(page, "安全影响", "无");
  await choose(page, "舆情法律", "扬言曝光");
  await file(page);
  await move(page, "确认受理");
  await choose(page, "是否投诉某位员工", "否");
  await confirm(page);
  await expectStep(page, "已确认");
  await saved(page);

  await become(page, "王恕");
  await goTo(page, "事项");
  await page.getByRole("main").getByRole("listitem").getByRole("link", { name: CUSTOMER }).click();
  await fillFor(page, "定级", "投诉定级与时限单");
  // Loss 25,000 is 15 points, one customer 2, a threat to expose 8: level III, priority P3.
  await expect(page.getByText("严重程度").locator("..").locator("..")).toContainText("25");
  await page.getByLabel("承办人").selectOption({ label: "王恕" });
  await file(page);
  await expectStep(page, "已定级");
  await expect(page.getByRole("main").getByText(/工作时间|自然时间/).first()).toBeAttached();

  await move(page, "转办");
  await confirm(page);
  await expectStep(page, "已转办");

  await goTo(page, "事项");
  const handling = page.getByRole("main").getByRole("listitem").filter({ hasText: "投诉处理" });
  await expect(handling).toHaveCount(1);
  await handling.getByRole("link", { name: CUSTOMER }).click();
  await expectStep(page, "调查中");
  await expect(page.getByRole("main").getByText("王恕").first()).toBeVisible();

  // While the customer is waited for the case rests, with what was sent to them; then it goes on.
  await move(page, "等客户");
  await page.getByRole("textbox", { name: /^请客户提供什么/ }).fill("送货单照片");
  const note = { name: "短信.txt", mimeType: "text/plain", buffer: Buffer.from("请把送货单拍给我们。") };
  await page.getByLabel(/^凭据/).setInputFiles(note);
  await expect(page.getByRole("link", { name: "短信.txt" })).toBeVisible();
  const reason = page.getByRole("textbox", { name: /^原因/ });
  if (await reason.isVisible()) await reason.fill("缺送货单");
  await confirm(page);
  await expectStep(page, "待客户");
  await page.reload();
  await expectStep(page, "待客户");
  await expect(page.getByRole("link", { name: "短信.txt" })).toBeVisible();
  await move(page, "恢复");
  await expectStep(page, "调查中");
  await expect(page.getByRole("heading", { name: "时限" })).toBeVisible();
});
