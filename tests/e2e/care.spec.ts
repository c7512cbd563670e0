// A month of care: who agreed to it is greeted on birthdays and holidays, at most once a day and three times a month.
import type { Page } from "@playwright/test";
import { smallCustomerList, smallOrderList } from "./data/company";
import { LANGUAGES, goOffline, inLanguage, prepare, station } from "./helpers/journey";
import { expect, test } from "./helpers/test";
import { say } from "./helpers/words";
import * as cases from "./pages/cases";
import { addContact, gradeAll, openCustomer } from "./pages/customers";
import { importTable } from "./pages/import";
import { addStaff, speak } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";

/** Important customers (B), each with a contact whose birthday lies in September 2026; Mid-Autumn is on the 25th. */
const GREETED = "广州第10贸易有限公司";
const SILENT = "沈阳第12贸易有限公司";
const BORN_ON_THE_HOLIDAY = "青岛第13贸易有限公司";
const THANKED_OFTEN = "武汉第15贸易有限公司";

for (const language of LANGUAGES) {
  test(inLanguage("a month of care, by consent and within the limits", language), async ({ page, watch }) => {
    await prepare(page, "zh");
    await page.clock.setSystemTime(morning("2026-09-01"));
    await startEmpty(page, "晨光商贸");
    await addStaff(page, "李敏", ["客户关系专员"]);
    await goTo(page, "数据");
    await page.getByRole("main").getByRole("link", { name: "导入表格" }).click();
    await importTable(page, smallCustomerList().file);
    await page.getByRole("button", { name: "接着导入订单" }).click();
    await importTable(page, smallOrderList(morning("2026-09-01")).file);
    await gradeAll(page);
    await addContactTo(page, GREETED, "林春", "1985-09-10", "是");
    await addContactTo(page, SILENT, "周夏", "1990-09-12", "否");
    await addContactTo(page, BORN_ON_THE_HOLIDAY, "吴秋", "1988-09-25", "是");
    await addContactTo(page, THANKED_OFTEN, "郑冬", "1979-09-05", "是");
    await saved(page);
    await speak(page, language);
    await prepare(page, language);
    await goOffline(page);

    await test.step("two thanks and a birthday are the month's three, so Mid-Autumn is left out", async () => {
      await thank(page, THANKED_OFTEN, "郑冬", "2026-09-08");
      await thank(page, THANKED_OFTEN, "郑冬", "2026-09-15");
      await turnTo(page, "2026-09-02");
      await expectCare(page, THANKED_OFTEN, 3);
    });

    await test.step("no consent, no care; a birthday on the holiday is one greeting", async () => {
      await expectCare(page, SILENT, 0);
      await expectCare(page, BORN_ON_THE_HOLIDAY, 1);
      await expectCare(page, GREETED, 2);
      await station(page, "care-1-cases");
    });

    await test.step("one is done", async () => {
      await turnTo(page, "2026-09-10");
      await openCare(page, GREETED, "09-10");
      await cases.expectStep(page, "待执行");
      await cases.expectFact(page, "关怀对象", "林春");
      await cases.fillFor(page, "已关怀", "客户关怀执行记录");
      await cases.write(page, "执行日期", "2026-09-10");
      await cases.choose(page, "客户反应", "高兴");
      await station(page, "care-2-record");
      await cases.file(page);
      await cases.expectStep(page, "已完成");
      await expectCare(page, GREETED, 1);
    });

    await test.step("one is skipped, with a reason, and does not come back", async () => {
      await turnTo(page, "2026-09-18");
      await openCare(page, BORN_ON_THE_HOLIDAY, "09-25");
      await cases.move(page, "不执行");
      await cases.choose(page, "原因", "客户要求");
      await station(page, "care-3-skip");
      await cases.confirm(page);
      await cases.expectStep(page, "已跳过");
      await expectCare(page, BORN_ON_THE_HOLIDAY, 0);
      await turnTo(page, "2026-09-19");
      await expectCare(page, GREETED, 1);
    });

    await test.step("from the 20th on the next month is planned: National Day", async () => {
      await turnTo(page, "2026-09-20");
      await expectCare(page, GREETED, 2);
      await expectCare(page, THANKED_OFTEN, 4);
      await expectCare(page, SILENT, 0);
      await turnTo(page, "2026-09-30");
      await expectCare(page, GREETED, 2);
      await station(page, "care-4-end-of-month");
    });
    expect(watch.problems).toEqual([]);
  });
}

/** Nine in the morning of a day, in China. */
function morning(day: string): Date {
  return new Date(`${day}T09:00:00+08:00`);
}

/** It is the morning of that day, and the app is opened. */
async function turnTo(page: Page, day: string): Promise<void> {
  await saved(page);
  await page.clock.setSystemTime(morning(day));
  await page.reload();
  await expect(page.getByRole("main")).toBeVisible();
}

async function addContactTo(page: Page, customer: string, name: string, birthday: string, consents: string): Promise<void> {
  await openCustomer(page, customer);
  await addContact(page, { 联系人: name, 生日: birthday, 同意关怀: consents });
}

/** Plans thanks for a contact on a day. */
async function thank(page: Page, customer: string, contact: string, day: string): Promise<void> {
  await cases.beginCase(page, "关怀任务");
  await cases.about(page, customer);
  await cases.pick(page, "关怀对象", contact);
  await cases.pick(page, "时机", say(page, "感谢"));
  await cases.write(page, "关怀日期", day);
  await cases.start(page);
  await cases.expectStep(page, "待执行");
}

/** How many care actions of a customer are open. */
async function expectCare(page: Page, customer: string, count: number): Promise<void> {
  await goTo(page, "事项");
  await expect(page.getByRole("heading", { name: say(page, "没有进行中的事项") })).toHaveCount(0);
  await expect(cases.listed(page, customer, "关怀任务")).toHaveCount(count);
}

/** Opens the care action of a customer that is due on a day. */
async function openCare(page: Page, customer: string, day: string): Promise<void> {
  await goTo(page, "事项");
  await cases.listed(page, customer, "关怀任务").filter({ hasText: day }).getByRole("link", { name: customer }).click();
  await expect(page.getByRole("heading", { level: 1, name: customer })).toBeVisible();
}
