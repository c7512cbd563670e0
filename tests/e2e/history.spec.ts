// Whatever I did I can look up, take back and do again: at once, after a restart, one thing or a whole file.
import { inLanguage, LANGUAGES, prepare, station } from "./helpers/journey";
import { expect, test } from "./helpers/test";
import { label, say, says } from "./helpers/words";
import { smallCustomerList } from "./data/company";
import { expectStep } from "./pages/cases";
import { addCustomer, fact, openCustomer } from "./pages/customers";
import { acts, card, openAct, openBin, openHistory, turn } from "./pages/history";
import { commit, chooseTable, toCheck, toColumns } from "./pages/import";
import { addStaff } from "./pages/settings";
import { goTo, openApp, openDemo, saved, startEmpty } from "./pages/shell";
import { fillRecord, openRecord, planFromToday } from "./pages/visit";
import { choose, file } from "./pages/cases";

const CUSTOMER = "青石茶行";

for (const language of LANGUAGES) {
  test(inLanguage("an edit is undone by the keyboard, survives a restart and is redone from the history", language), async ({
    page,
    watch,
  }) => {
    await prepare(page, language);
    await startEmpty(page, "晨光商贸");
    await addCustomer(page, CUSTOMER);
    await page.getByRole("button", { name: say(page, "修改资料") }).click();
    const dialog = page.getByRole("dialog", { name: say(page, "修改资料") });
    await dialog.getByRole("textbox", { name: label(page, "备注") }).fill("老客户，月结");
    await dialog.getByRole("button", { name: say(page, "保存") }).click();
    const remark = page.getByRole("definition").filter({ hasText: /^老客户，月结$/ });
    await expect(remark).toBeVisible();

    await page.keyboard.press("Control+z");
    await expect(card(page).getByText(says(page, "修改"))).toBeVisible();
    await expect(remark).toHaveCount(0);
    await station(page, "undone");
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: CUSTOMER })).toBeVisible();
    await expect(remark).toHaveCount(0);

    await openHistory(page);
    await expect(acts(page, "修改", CUSTOMER)).toHaveCount(1);
    await station(page, "list");
    await openAct(page, "修改", CUSTOMER);
    await expect(page.getByText("老客户，月结")).toBeVisible();
    await turn(page, "重做");
    await station(page, "redone");
    await openCustomer(page, CUSTOMER);
    await expect(remark).toBeVisible();
    expect(watch.problems).toEqual([]);
  });
}

test("in a text field Ctrl-Z belongs to the field", async ({ page }) => {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, CUSTOMER);
  await goTo(page, "客户");
  await page.getByRole("searchbox", { name: "查找客户" }).fill("青石");
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("table", { name: "客户" }).getByRole("link", { name: CUSTOMER })).toBeVisible();
  await expect(card(page)).toHaveCount(0);
});

test("an import is undone and redone from the history, narrowed by kind and words", async ({ page, watch }) => {
  test.setTimeout(120_000);
  const { file: list } = smallCustomerList();
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  await chooseTable(page, list);
  await toColumns(page);
  await toCheck(page);
  await commit(page);
  await saved(page);

  await openHistory(page);
  await page.getByRole("combobox", { name: "类别" }).selectOption({ label: "导入" });
  await page.getByRole("searchbox").fill("没有这样的文件");
  await expect(page.getByText("没有符合条件的操作。")).toBeVisible();
  await page.getByRole("searchbox").fill(list.name.split(".")[0] ?? "");
  await openAct(page, "导入", list.name);
  await turn(page, "撤销");
  await goTo(page, "客户");
  await expect(page.getByRole("heading", { name: "还没有客户" })).toBeVisible();

  await page.reload();
  await openHistory(page);
  await openAct(page, "导入", list.name);
  await expect(page.getByText("这次操作已被撤销，可以重做。")).toBeVisible();
  await turn(page, "重做");
  await goTo(page, "客户");
  await expect(page.getByRole("table", { name: "客户" }).getByRole("link").first()).toBeVisible();
  expect(watch.problems).toEqual([]);
});

test("a customer goes to the bin with what belongs to it and comes back whole", async ({ page, watch }) => {
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await planFromToday(page, CUSTOMER);
  await openCustomer(page, CUSTOMER);
  await page.getByRole("button", { name: "删除客户" }).click();
  const question = page.getByRole("dialog", { name: `删除 ${CUSTOMER}？` });
  await expect(question.getByText(/联系人 1 条/)).toBeVisible();
  await expect(question.getByText(/事项 1 条/)).toBeVisible();
  await question.getByRole("button", { name: "删除", exact: true }).click();
  await expect(card(page).getByText(`已移入回收站：${CUSTOMER}`)).toBeVisible();
  await card(page).getByRole("button", { name: "关闭" }).click();
  await expect(page.getByRole("heading", { name: "还没有客户" })).toBeVisible();
  await goTo(page, "事项");
  await expect(page.getByRole("heading", { name: "没有进行中的事项" })).toBeVisible();

  await page.reload();
  await openBin(page);
  await page.getByRole("button", { name: `恢复 ${CUSTOMER}` }).click();
  await expect(page.getByText(/已恢复：\d+ 条记录。/)).toBeVisible();
  await expect(page.getByText("回收站是空的。")).toBeVisible();
  await openCustomer(page, CUSTOMER);
  await expect(page.getByText("陈掌柜").first()).toBeVisible();
  await goTo(page, "事项");
  await expect(page.getByRole("main").getByRole("link", { name: CUSTOMER })).toBeVisible();
  expect(watch.problems).toEqual([]);
});

test("what a case went on from stays, and says who went on, until the later act is undone", async ({ page, watch }) => {
  test.setTimeout(120_000);
  await startEmpty(page, "晨光商贸");
  await addStaff(page, "李敏", ["客户关系专员"]);
  await addCustomer(page, CUSTOMER, "陈掌柜", "13800138000");
  await planFromToday(page, CUSTOMER);
  const address = new URL(page.url()).pathname;
  await openRecord(page);
  await fillRecord(page);
  await choose(page, "价格", /^2/);
  await file(page);
  await expectStep(page, "已回访");

  await openHistory(page);
  await page.getByRole("combobox", { name: "类别" }).selectOption({ label: "提交单据" });
  await page.getByRole("table", { name: "历史" }).getByRole("link").first().click();
  await page.getByRole("main").getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText(/没有撤销。这次操作的各部分必须一起撤销/)).toBeVisible();
  await expect(page.getByText(/事项之后由 李敏 于 .+ 继续办理/)).toBeVisible();

  await openHistory(page);
  await page.getByRole("combobox", { name: "类别" }).selectOption({ label: "办理事项" });
  await page.getByRole("table", { name: "历史" }).getByRole("link").first().click();
  await turn(page, "撤销");
  await page.goto(address);
  await expectStep(page, "已计划");
  await openHistory(page);
  await page.getByRole("combobox", { name: "类别" }).selectOption({ label: "提交单据" });
  await page.getByRole("table", { name: "历史" }).getByRole("link").first().click();
  await turn(page, "撤销");
  await turn(page, "重做");
  expect(watch.problems).toEqual([]);
});

test("a customer is seen as it was on a day", async ({ page, watch }) => {
  test.setTimeout(120_000);
  await openDemo(page);
  await goTo(page, "客户");
  await page.getByRole("table", { name: "客户" }).getByRole("link").first().click();
  await page.getByRole("button", { name: "修改资料" }).click();
  const dialog = page.getByRole("dialog", { name: "修改资料" });
  await dialog.getByRole("textbox", { name: /^简称/ }).fill("新的简称");
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(fact(page, "简称").first()).toHaveText("新的简称");

  await page.getByText("查看某天的资料").click();
  const day = page.getByLabel("日期", { exact: true });
  const today = (await day.getAttribute("max")) ?? "";
  const yesterday = new Date(new Date(today).getTime() - 86_400_000).toISOString().slice(0, 10);
  await day.fill(yesterday);
  await day.blur();
  await expect(page.getByText(`以下是 ${yesterday} 当天结束时的资料，只供查看。`)).toBeVisible();
  await expect(fact(page, "简称").last()).not.toHaveText("新的简称");
  await day.fill(today);
  await day.blur();
  await expect(fact(page, "简称").last()).toHaveText("新的简称");
  await day.fill("1999-01-01");
  await day.blur();
  await expect(page.getByText("这一天还没有这位客户的资料。")).toBeVisible();
  expect(watch.problems).toEqual([]);
});
