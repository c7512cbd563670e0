// A key account is nominated, served by a plan that was approved, and looked at once a quarter.
import { LANGUAGES, goOffline, inLanguage, prepare, station } from "./helpers/journey";
import { inDays } from "./helpers/moment";
import { expect, test } from "./helpers/test";
import { label, say, says } from "./helpers/words";
import * as cases from "./pages/cases";
import { contactNames, customersOfTier, openCustomer } from "./pages/customers";
import { become, holders } from "./pages/settings";
import { openDemo, saved } from "./pages/shell";

for (const language of LANGUAGES) {
  test(inLanguage("a key account is nominated, planned, served and reviewed", language), async ({ page, watch }) => {
    await prepare(page, language);
    await openDemo(page);
    const [supervisor = ""] = await holders(page, "大客户主管");
    const [keeper = "", substitute = ""] = await holders(page, "大客户专员");
    const [manager = ""] = await holders(page, "客户服务部经理");
    const [account = ""] = await customersOfTier(page, "关键客户");
    const [ordinary = ""] = await customersOfTier(page, "普通客户");
    await openCustomer(page, account);
    const [contact = ""] = await contactNames(page);
    await become(page, supervisor);
    await goOffline(page);

    await test.step("only a key customer is nominated, with an account manager and a substitute", async () => {
      await cases.beginCase(page, "大客户管理");
      await cases.about(page, ordinary);
      await cases.pick(page, "客户经理", keeper);
      await cases.pick(page, "替补", substitute);
      await page.getByRole("button", { name: say(page, "开始") }).click();
      const refused = page.getByRole("alert").filter({ hasText: says(page, "大客户是贵宾、A 级和指定客户；这位客户请先评级或指定。") });
      await expect(refused).toBeVisible();
      await page.getByRole("button", { name: say(page, "换一位") }).click();
      await cases.about(page, account);
      await station(page, "account-1-begin");
      await cases.start(page);
      await cases.expectStep(page, "提名");
    });

    await test.step("the account manager draws up the plan", async () => {
      await become(page, keeper);
      await cases.openCase(page, account, "大客户管理");
      await cases.fillFor(page, "制订计划", "大客户年度服务计划");
      await expect(page.getByLabel(label(page, "客户经理")).getByRole("option", { name: keeper, selected: true })).toBeAttached();
      await cases.write(page, "基本信息", "主营连锁零售，门店 40 家。");
      await cases.write(page, "重要信息（需求与采购计划）", "春季扩店，需要礼盒。");
      const decider = await cases.addRow(page, "决策链");
      await cases.pick(decider, "联系人", contact);
      await cases.pick(decider, "角色", say(page, "决策"));
      await cases.write(decider, "态度", "1");
      await cases.choose(decider, "影响力", /^4/);
      const goal = await cases.addRow(page, "目标");
      await cases.write(goal, "指标", "季度销售额");
      await cases.write(goal, "目标值", "200");
      await cases.write(goal, "单位", "万元");
      const action = await cases.addRow(page, "行动");
      await cases.write(action, "行动", "每月上门一次");
      await cases.pick(action, "责任人", keeper);
      await cases.write(action, "期限", await inDays(page, 60));
      await cases.write(page, "预算", "20000");
      await station(page, "account-2-plan");
      await cases.file(page);
      await cases.expectStep(page, "计划");
      await cases.expectRefused(page, "批准", says(page, "客户服务部经理"));
    });

    await test.step("the manager approves it", async () => {
      await become(page, manager);
      await cases.openCase(page, account, "大客户管理");
      await cases.move(page, "批准");
      await cases.expectStep(page, "服务中");
      await saved(page);
      await page.reload();
      await cases.expectStep(page, "服务中");
    });

    await test.step("once a quarter the goals are looked at; a goal missed changes the plan", async () => {
      await become(page, keeper);
      await cases.openCase(page, account, "大客户管理");
      await cases.fillFor(page, "季度评审", "大客户季度评审表");
      await cases.write(page, "季度", "2026Q4");
      const goal = cases.row(page, "目标完成", 1);
      await expect(goal.getByLabel(label(page, "指标"))).toHaveValue("季度销售额");
      await cases.write(goal, "实际值", "150");
      await expect(goal.getByLabel(label(page, "完成率"))).toHaveText(/75/);
      const improvement = await cases.addRow(page, "共同改进");
      await cases.write(improvement, "事项", "提前两周报要货计划");
      await cases.write(improvement, "责任人", contact);
      await cases.write(improvement, "期限", await inDays(page, 30));
      await cases.write(page, "下季计划", "增加门店培训。");
      await station(page, "account-3-review");
      await cases.file(page);
      await cases.move(page, "季度评审");
      await cases.write(page, "服务计划的调整", "每月改为两次上门。");
      await cases.confirm(page);
      await cases.expectFact(page, "服务计划的调整", "每月改为两次上门。");
      await cases.expectStep(page, "服务中");
      await station(page, "account-4-serving");
    });
    expect(watch.problems).toEqual([]);
  });
}
