// A complaint goes from whoever hears of it to whoever settles it, waits for the customer, and ends once it is verified.
import { LANGUAGES, goOffline, inLanguage, prepare, station } from "./helpers/journey";
import { inMinutes } from "./helpers/moment";
import { expect, test } from "./helpers/test";
import { label, say, says } from "./helpers/words";
import * as cases from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { become, holders } from "./pages/settings";
import { openDemo, saved } from "./pages/shell";

const CUSTOMER = "青石茶行";

for (const language of LANGUAGES) {
  test(inLanguage("a complaint is heard, graded, handed over, settled and verified", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    const [hearer = ""] = await holders(page, "客户关系专员");
    const [handler = ""] = await holders(page, "客户投诉专员");
    const [supervisor = ""] = await holders(page, "客户投诉主管");
    await become(page, hearer);
    await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
    await goOffline(page);

    await test.step("whoever hears of it takes it down", async () => {
      await cases.beginCase(page, "投诉接待");
      await cases.about(page, CUSTOMER);
      await cases.pick(page, "渠道", say(page, "电话"));
      await station(page, "complaint-1-begin");
      await cases.start(page);
      await cases.expectStep(page, "已接收");
      await cases.fillFor(page, "确认受理", "客户投诉登记表");
      await cases.write(page, "投诉人", "陈掌柜");
      await cases.choose(page, "身份", "本人");
      await cases.write(page, "联系方式", "13800138000");
      await cases.pick(page, "投诉类别", say(page, "交付物流"));
      await cases.write(page, "发生时间", await inMinutes(page, -24 * 60));
      await cases.write(page, "事实经过", "货晚到两天，错过开业。");
      await cases.tick(page, "客户诉求", "道歉", "赔偿");
      await cases.write(page, "主张损失", "25000");
      await cases.choose(page, "安全影响", "无");
      await cases.choose(page, "舆情法律", "扬言曝光");
      await station(page, "complaint-2-record");
      await cases.file(page);
      await cases.move(page, "确认受理");
      await cases.choose(page, "是否投诉某位员工", "否");
      await cases.confirm(page);
      await cases.expectStep(page, "已确认");
    });

    await test.step("the specialist grades it by M05 and hands it over exactly once", async () => {
      await become(page, handler);
      await cases.openCase(page, CUSTOMER, "投诉接待");
      await cases.fillFor(page, "定级", "投诉定级与时限单");
      // Loss 25,000 is 15 points, one customer 2, a threat to expose 8: level III, priority P3.
      await expect(page.getByLabel(label(page, "严重程度"))).toHaveText("25");
      await expect(page.getByLabel(label(page, "优先级"))).toHaveText("P3");
      await cases.pick(page, "承办人", handler);
      await station(page, "complaint-3-classification");
      await cases.file(page);
      await cases.expectStep(page, "已定级");
      await cases.move(page, "转办");
      await cases.confirm(page);
      await cases.expectStep(page, "已转办");
      await cases.openCase(page, CUSTOMER, "投诉处理");
      await cases.expectStep(page, "调查中");
      await station(page, "complaint-4-handling");
    });

    await test.step("while the customer is waited for, the clocks stand still", async () => {
      await cases.move(page, "首次响应");
      await cases.pick(page, "方式", say(page, "电话"));
      await cases.write(page, "答复内容", "已向陈掌柜致歉，正在核查。");
      await cases.confirm(page);
      await cases.expectRefused(page, "首次响应", says(page, "首次响应已经登记。"));
      await cases.move(page, "等客户");
      await cases.write(page, "请客户提供什么", "送货单照片");
      await cases.attach(page, "凭据", cases.textFile("message.txt", "请把送货单拍给我们。"));
      await cases.write(page, "原因", "缺送货单");
      await cases.confirm(page);
      await cases.expectStep(page, "待客户");
      await saved(page);
      await page.reload();
      await cases.expectStep(page, "待客户");
      await expect(page.getByRole("link", { name: "message.txt" })).toBeVisible();
      await station(page, "complaint-5-waiting");
      await cases.move(page, "恢复");
      await cases.expectStep(page, "调查中");
      await expect(page.getByRole("heading", { name: say(page, "时限") })).toBeVisible();
    });

    await test.step("the specialist investigates and proposes, the supervisor approves", async () => {
      await cases.fillFor(page, "提方案", "投诉调查表");
      const step = await cases.addRow(page, "调查过程");
      await cases.write(step, "时间", await inMinutes(page, -10));
      await cases.pick(step, "调查人", handler);
      await cases.write(step, "查明的情况", "装车漏单，次日补发。");
      await cases.write(page, "责任部门说明", "仓库交接未核对。");
      await cases.pick(page, "原因代码", say(page, "流程缺陷"));
      await cases.write(page, "根本原因", "交接单没有复核一栏。");
      const party = await cases.addRow(page, "责任划分");
      await cases.choose(party, "责任方", "我方");
      await cases.write(party, "比例", "100");
      await cases.write(page, "核定损失", "800");
      await station(page, "complaint-6-investigation");
      await cases.file(page);
      await cases.expectStep(page, "方案已定");

      await cases.fillFor(page, "批准", "投诉处理方案审批表");
      const remedy = await cases.addRow(page, "处理措施");
      await cases.pick(remedy, "类别", say(page, "赔偿"));
      await cases.write(remedy, "内容", "赔偿误期损失");
      await cases.write(remedy, "金额", "800");
      await expect(page.getByLabel(label(page, "审批层级"))).toHaveText(say(page, "主管"));
      await cases.choose(page, "已核对法定要求", "是");
      await cases.write(page, "预防措施", "交接单加复核一栏。");
      await station(page, "complaint-7-remedy");
      await cases.file(page);
      await cases.expectStep(page, "方案已定");
      await cases.expectRefused(page, "批准", says(page, "自己填的“{{ form }}”须由他人批准"));
    });
    await become(page, supervisor);
    await cases.openCase(page, CUSTOMER, "投诉处理");
    await cases.move(page, "批准");
    await cases.expectStep(page, "协商中");

    await test.step("the customer agrees, and what was agreed is carried out", async () => {
      await become(page, handler);
      await cases.openCase(page, CUSTOMER, "投诉处理");
      await cases.fillFor(page, "客户接受", "投诉协商记录");
      await cases.write(page, "我方方案", "赔偿 800 元并致歉");
      await cases.write(page, "客户意见", "同意");
      await cases.choose(page, "结果", "接受");
      await cases.attach(page, "协议", cases.textFile("agreement.txt", "双方同意赔偿 800 元。"));
      await cases.file(page);
      await cases.expectStep(page, "执行中");
      await cases.move(page, "执行完成");
      await cases.attach(page, "执行凭证", cases.textFile("receipt.txt", "已付 800 元。"));
      await cases.confirm(page);
      await cases.expectStep(page, "已解决");
    });

    await test.step("somebody else verifies it with the customer, and the supervisor closes it", async () => {
      await become(page, hearer);
      await cases.openCase(page, CUSTOMER, "投诉处理");
      await cases.fillFor(page, "回访", "投诉回访表");
      const attempt = await cases.addRow(page, "联系记录");
      await cases.write(attempt, "时间", await inMinutes(page, -1));
      await cases.choose(attempt, "结果", "完成");
      await cases.pick(page, "回访人", hearer);
      for (const item of ["处理速度", "服务态度", "处理结果"]) await cases.choose(page, item, /^4/);
      await cases.choose(page, "是否认可", "是");
      await station(page, "complaint-8-call-back");
      await cases.file(page);
      await cases.expectStep(page, "已回访");
      await cases.expectRefused(page, "重开", says(page, "由{{ roles }}办理"));
      await become(page, supervisor);
      await cases.openCase(page, CUSTOMER, "投诉处理");
      await cases.move(page, "关闭");
      await cases.write(page, "教训", "交接必须复核。");
      await cases.confirm(page);
      await cases.expectStep(page, "已关闭");
      await station(page, "complaint-9-closed");
      await saved(page);
      await expect(cases.listed(page, CUSTOMER, "投诉处理")).toHaveCount(0);
    });
    expect(watch.problems).toEqual([]);
  });
}
