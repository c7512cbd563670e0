// Guests are announced, received, and what they were promised becomes somebody's task.
import { LANGUAGES, goOffline, inLanguage, prepare, station } from "./helpers/journey";
import { inDays, inMinutes } from "./helpers/moment";
import { expect, test } from "./helpers/test";
import { label, say, says } from "./helpers/words";
import * as cases from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { become, holders } from "./pages/settings";
import { openDemo, saved } from "./pages/shell";

const CUSTOMER = "青石茶行";
const PROMISE = "三天内寄出茶样";

for (const language of LANGUAGES) {
  test(inLanguage("a reception is planned, prepared, held and settled", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    const [host = ""] = await holders(page, "客户关系专员");
    const [supervisor = ""] = await holders(page, "客户关系主管");
    const [clerk = ""] = await holders(page, "行政");
    await become(page, host);
    await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
    await goOffline(page);

    await test.step("the visit is announced and planned within the rates", async () => {
      await cases.beginCase(page, "客户接待");
      await cases.about(page, CUSTOMER);
      await cases.write(page, "来访单位", CUSTOMER);
      await station(page, "reception-1-begin");
      await cases.start(page);
      await cases.expectStep(page, "来访通知");
      await cases.fillFor(page, "制订计划", "来访通知单");
      await expect(page.getByLabel(label(page, "来访单位"))).toHaveValue(CUSTOMER);
      const guest = await cases.addRow(page, "来访人员");
      await cases.write(guest, "姓名", "陈掌柜");
      await cases.write(guest, "职务", "经理");
      await cases.write(page, "人数", "2");
      await cases.write(page, "离开时间", await inMinutes(page, 120));
      await cases.pick(page, "来访目的", say(page, "商务"));
      await cases.choose(page, "需用车", "否");
      await cases.choose(page, "需住宿", "否");
      await station(page, "reception-2-notice");
      await cases.file(page);
      await cases.fillFor(page, "制订计划", "接待计划表");
      await cases.pick(page, "主陪", supervisor);
      await cases.pick(await cases.addRow(page, "陪同人员"), "姓名", supervisor);
      const item = await cases.addRow(page, "日程");
      await cases.write(item, "时间", await inMinutes(page, 30));
      await cases.write(item, "地点", "会议室");
      await cases.write(item, "内容", "洽谈春茶供货");
      await cases.pick(item, "负责人", host);
      await cases.write(page, "用餐次数", "1");
      await cases.choose(page, "对方允许收礼", "是");
      // Three at table for ¥100, gifts for two at ¥100.
      await expect(page.getByLabel(label(page, "预算合计"))).toHaveText(/500/);
      await station(page, "reception-3-plan");
      await cases.file(page);
      await cases.expectStep(page, "已计划");
      await cases.expectRefused(page, "批准", says(page, "客户服务部经理"));
    });

    await test.step("the supervisor approves it, and it is prepared", async () => {
      await become(page, supervisor);
      await cases.openCase(page, CUSTOMER, "客户接待");
      await cases.move(page, "批准");
      await cases.expectStep(page, "已批准");
      await become(page, clerk);
      await cases.openCase(page, CUSTOMER, "客户接待");
      await cases.fillFor(page, "准备完成", "接待准备检查表");
      // A small visit needs the meeting room and tea, nothing else of the long list.
      await cases.keepRows(page, "检查项", "会议室", "茶点");
      for (const number of [1, 2]) {
        const item = cases.row(page, "检查项", number);
        await cases.pick(item, "负责人", clerk);
        await cases.write(item, "期限", await inMinutes(page, 10));
        await cases.choose(item, "已备好", "是");
      }
      await station(page, "reception-4-checklist");
      await cases.file(page);
      await cases.expectStep(page, "已准备");
      await saved(page);
      await page.reload();
      await cases.expectStep(page, "已准备");
    });

    await test.step("the guests are received; a promise becomes a task", async () => {
      await become(page, host);
      await cases.openCase(page, CUSTOMER, "客户接待");
      await cases.move(page, "开始接待");
      await cases.expectStep(page, "接待中");
      await cases.fillFor(page, "结算", "接待记录与评价表");
      await cases.write(page, "实际开始", await inMinutes(page, -90));
      await cases.write(page, "实际结束", await inMinutes(page, -5));
      await cases.write(page, "参加人员", `陈掌柜、${supervisor}`);
      await cases.write(page, "会谈纪要", "谈定春茶供货。");
      const promise = await cases.addRow(page, "要求与承诺");
      await cases.write(promise, "内容", PROMISE);
      await cases.choose(promise, "性质", "我方承诺");
      await cases.pick(promise, "负责人", host);
      await cases.write(promise, "期限", await inDays(page, 3));
      await cases.choose(page, "总体", /^5/);
      const cost = await cases.addRow(page, "费用");
      await cases.write(cost, "项目", "午餐");
      await cases.write(cost, "金额", "300");
      await station(page, "reception-5-record");
      await cases.file(page);
      await cases.expectStep(page, "已结算");
    });

    await test.step("the supervisor evaluates and closes it, the promise is kept", async () => {
      await become(page, supervisor);
      await cases.openCase(page, CUSTOMER, "客户接待");
      await cases.move(page, "关闭");
      await cases.write(page, "接待评价", "准备充分，来宾满意。");
      await cases.confirm(page);
      await cases.expectStep(page, "已关闭");
      await station(page, "reception-6-closed");
      await become(page, host);
      await cases.openCase(page, CUSTOMER, "任务");
      await expect(page.getByRole("main").getByText(PROMISE).first()).toBeVisible();
      await station(page, "reception-7-task");
      await cases.move(page, "完成");
      await cases.write(page, "成果", "茶样已寄出。");
      await cases.confirm(page);
      await cases.expectStep(page, "已完成");
    });
    expect(watch.problems).toEqual([]);
  });
}
