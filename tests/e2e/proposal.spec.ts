// A customer's idea is heard, judged by three people, put to use, and rewarded.
import type { Page } from "@playwright/test";
import { LANGUAGES, goOffline, inLanguage, prepare, station } from "./helpers/journey";
import { inDays } from "./helpers/moment";
import { expect, test } from "./helpers/test";
import { label, say, says } from "./helpers/words";
import * as cases from "./pages/cases";
import { addCustomer } from "./pages/customers";
import { become, holders } from "./pages/settings";
import { openDemo, saved } from "./pages/shell";

const CUSTOMER = "青石茶行";

for (const language of LANGUAGES) {
  test(inLanguage("a proposal is accepted, reviewed, put to use and rewarded", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    const [agent = ""] = await holders(page, "座席员");
    const [specialist = ""] = await holders(page, "客户关系专员");
    const [supervisor = ""] = await holders(page, "客户关系主管");
    const [manager = ""] = await holders(page, "客户服务部经理");
    const [engineer = ""] = await holders(page, "技术");
    const [inspector = ""] = await holders(page, "质量");
    const [seller = ""] = await holders(page, "销售");
    const [treasurer = ""] = await holders(page, "财务");
    await become(page, agent);
    await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
    await goOffline(page);

    await test.step("anybody hears it, the specialist accepts it", async () => {
      await cases.beginCase(page, "客户提案");
      await cases.about(page, CUSTOMER);
      await cases.pick(page, "接收方式", say(page, "电话"));
      await cases.write(page, "提案名称", "礼盒改用可回收内托");
      await cases.write(page, "提案内容", "用纸浆内托代替泡沫。");
      await station(page, "proposal-1-begin");
      await cases.start(page);
      await cases.expectStep(page, "已接收");
      await cases.expectRefused(page, "受理", says(page, "客户关系专员"));
      await become(page, specialist);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.fillFor(page, "受理", "客户提案登记表");
      await expect(page.getByLabel(label(page, "提案名称"))).toHaveValue("礼盒改用可回收内托");
      await cases.pick(page, "提案人", "陈掌柜");
      await cases.pick(page, "提案类别", say(page, "新材料与回收"));
      await cases.write(page, "现状", "泡沫内托不能回收。");
      await cases.choose(page, "可署名", "是");
      await cases.pick(page, "处理部门", say(page, "质量部"));
      await station(page, "proposal-2-record");
      await cases.file(page);
      await cases.move(page, "受理");
      await cases.write(page, "答复客户的日期", await inDays(page, 0));
      await cases.confirm(page);
      await cases.expectStep(page, "已受理");
    });

    await test.step("three people score it", async () => {
      await become(page, supervisor);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.move(page, "送审");
      for (const reviewer of [engineer, inspector, seller]) {
        await cases.pick(await cases.addRow(page, "评审人"), "评审人", reviewer);
      }
      await station(page, "proposal-3-reviewers");
      await cases.confirm(page);
      await cases.expectStep(page, "评审中");
      await review(page, engineer, 80);
      await review(page, inspector, 70);
      await saved(page);
      await page.reload();
      await cases.expectStep(page, "评审中");
      await become(page, manager);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.expectRefused(page, "采纳", says(page, "计分的评审人不足三位，暂不能决定；请再邀评审人打分。"));
      await review(page, seller, 60);
    });

    await test.step("the manager adopts it, the engineer puts it to use", async () => {
      await become(page, manager);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.expectRefused(page, "保留", says(page, "评审得分已达 60 分，应予采纳。"));
      await cases.move(page, "采纳");
      await cases.pick(page, "实施责任人", engineer);
      await cases.confirm(page);
      await cases.expectStep(page, "采纳");
      await become(page, engineer);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.fillFor(page, "实施", "提案实施与奖励单");
      await expect(page.getByLabel(label(page, "评审得分"))).toHaveText("70.00");
      const step = await cases.addRow(page, "实施步骤");
      await cases.write(step, "步骤", "换用纸浆内托");
      await cases.pick(step, "责任人", engineer);
      await cases.write(step, "期限", await inDays(page, 20));
      await cases.choose(step, "已完成", "否");
      await cases.write(page, "效果指标", "可回收比例");
      await cases.write(page, "实施前", "20");
      await station(page, "proposal-4-plan");
      await cases.file(page);
      await cases.move(page, "实施");
      await cases.write(page, "答复客户的日期", await inDays(page, 0));
      await cases.confirm(page);
      await cases.expectStep(page, "实施中");
    });

    await test.step("somebody else verifies the effect", async () => {
      await become(page, inspector);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.fillFor(page, "验证", "提案实施与奖励单");
      await cases.choose(cases.row(page, "实施步骤", 1), "已完成", "是");
      await cases.write(page, "实施后", "95");
      await cases.file(page);
      await cases.move(page, "验证");
      await cases.choose(page, "是否有效果", "是");
      await cases.confirm(page);
      await cases.expectStep(page, "已验证");
    });

    await test.step("finance gives the reward, and it is closed", async () => {
      await become(page, treasurer);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.fillFor(page, "奖励", "提案实施与奖励单");
      await cases.choose(page, "奖励方式", "奖金");
      await expect(page.getByLabel(label(page, "奖励金额"))).toHaveText(/500/);
      await cases.write(page, "发放日期", await inDays(page, 0));
      await station(page, "proposal-5-reward");
      await cases.file(page);
      await cases.expectStep(page, "已奖励");
      await become(page, supervisor);
      await cases.openCase(page, CUSTOMER, "客户提案");
      await cases.move(page, "关闭");
      await cases.expectStep(page, "已关闭");
      await station(page, "proposal-6-closed");
    });
    expect(watch.problems).toEqual([]);
  });
}

/** A reviewer gives the same points for everything. */
async function review(page: Page, reviewer: string, points: number): Promise<void> {
  await become(page, reviewer);
  await cases.openCase(page, CUSTOMER, "客户提案");
  await cases.fillFurther(page, "提案评审表");
  await expect(page.getByLabel(label(page, "评审人")).getByRole("option", { name: reviewer, selected: true })).toBeAttached();
  for (const item of ["效益", "客户价值", "可行性", "创新性", "投入产出"]) await cases.write(page, item, String(points));
  await cases.write(page, "意见", "可行。");
  await cases.choose(page, "利益冲突", "否");
  await expect(page.getByLabel(label(page, "得分"))).toHaveText(`${points}.00`);
  await cases.file(page);
}
