// Erasing for good (L3): a person asks for it, a manager does it, and nothing of them is left: not on screen, not in the
// bytes on the device, not by a backup that is brought in later.
import type { Page } from "@playwright/test";
import { inLanguage, LANGUAGES, prepare, station } from "./helpers/journey";
import { expect, test } from "./helpers/test";
import { begins, say, says } from "./helpers/words";
import { addContact, addCustomer, openCustomer } from "./pages/customers";
import { bringIn, exportBackup } from "./pages/data";
import { openAct, openBin, openHistory } from "./pages/history";
import { addStaff, become } from "./pages/settings";
import { goTo, saved, startEmpty } from "./pages/shell";

const CUSTOMER = "青石茶行";
const OTHER = "白鹭纸业";
const CONTACT = "陈掌柜";
const MOBILE = "13800138000";

test("a contact is erased: gone from the lists, the search and the stored bytes, and no backup brings them back", async ({
  page,
  watch,
}) => {
  test.setTimeout(180_000);
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, CUSTOMER, CONTACT, MOBILE);
  await addContact(page, { 联系人: "刘店长", 手机: "13900139000" });
  await saved(page);
  const backup = await exportBackup(page);
  expect(backup.toString("utf8")).toContain(MOBILE);
  expect(await stored(page)).toContain(MOBILE);

  await openCustomer(page, CUSTOMER);
  await askToErase(page, `删除 ${CONTACT}`);
  const question = page.getByRole("dialog", { name: `彻底抹除 ${CONTACT}？` });
  const button = question.getByRole("button", { name: "彻底抹除" });
  await expect(button).toBeDisabled();
  await question.getByRole("textbox").fill("陈");
  await expect(button).toBeDisabled();
  await question.getByRole("textbox").fill(CONTACT);
  await station(page, "erase-contact");
  await button.click();
  await expect(question).toBeHidden();
  await expect(page.getByText("刘店长").first()).toBeVisible();
  await expect(page.getByText(CONTACT)).toHaveCount(0);
  await saved(page);
  const left = await stored(page);
  expect(left).not.toContain(MOBILE);
  expect(left).not.toContain(CONTACT);
  expect(left).toContain("13900139000");

  await goTo(page, "客户");
  await page.getByRole("searchbox", { name: "查找客户" }).fill(MOBILE);
  await expect(page.getByRole("table", { name: "客户" }).getByRole("link")).toHaveCount(0);

  // The backup from before still has them; brought in, it does not give them back.
  await page.reload();
  expect(await bringIn(page, backup)).toBe(false);
  expect(await stored(page)).not.toContain(MOBILE);
  expect((await exportBackup(page)).toString("utf8")).not.toContain(MOBILE);

  await openBin(page);
  await expect(page.getByText(/联系人，.* 于 .* 抹除/)).toBeVisible();
  await openHistory(page);
  await openAct(page, "抹除", "联系人");
  await expect(page.getByText("抹除不能撤销：内容已按要求删除，任何一处都不再保留。")).toBeVisible();
  await expect(page.getByRole("main").getByRole("button", { name: "撤销" })).toHaveCount(0);
  await page.getByRole("main").getByRole("link", { name: "（已抹除）" }).click();
  await expect(page.getByText("按个人信息保护要求抹除，此前内容不再保留")).toBeVisible();
  expect(watch.problems).toEqual([]);
});

for (const language of LANGUAGES) {
  test(inLanguage("a customer is erased with everything of it, by a manager only", language), async ({ page }) => {
    await prepare(page, language);
    await startEmpty(page, "晨光商贸");
    await addStaff(page, "李敏", ["客户关系专员"]);
    await addStaff(page, "赵经理", ["客户服务部经理"]);
    await addCustomer(page, CUSTOMER, CONTACT, MOBILE);
    await addCustomer(page, OTHER, "白经理", "13700137000");
    await become(page, "李敏");
    await openCustomer(page, CUSTOMER);
    await page.getByRole("button", { name: say(page, "删除客户") }).click();
    const deletes = page.getByRole("dialog", { name: say(page, "删除 {{ name }}？", { name: CUSTOMER }) });
    await expect(deletes.getByText(says(page, "移入回收站后，列表、待办和统计中都不再出现；可随时从回收站整体恢复。"))).toBeVisible();
    await expect(deletes.getByRole("button", { name: say(page, "改为彻底抹除……") })).toHaveCount(0);
    await page.keyboard.press("Escape");

    await become(page, "赵经理");
    await openCustomer(page, CUSTOMER);
    await askToErase(page, say(page, "删除客户"));
    const question = page.getByRole("dialog", { name: say(page, "彻底抹除 {{ name }}？", { name: CUSTOMER }) });
    await expect(question.getByText(begins(page, "一起抹除：{{ what }}。"))).toBeVisible();
    await question.getByRole("textbox").fill(CUSTOMER);
    await station(page, "erase-customer");
    await question.getByRole("button", { name: say(page, "彻底抹除") }).click();
    await expect(page.getByRole("heading", { level: 1, name: begins(page, "客户") })).toBeVisible();
    await expect(page.getByRole("table", { name: say(page, "客户") }).getByRole("link")).toHaveText([OTHER]);
    await saved(page);
    const left = await stored(page);
    for (const word of [CUSTOMER, CONTACT, MOBILE]) expect(left).not.toContain(word);
    expect(left).toContain(OTHER);
    await openBin(page);
    await station(page, "erased-bin");
  });
}

/** Opens the question before a deletion and goes on to erasing instead. */
async function askToErase(page: Page, button: string | RegExp): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: say(page, "改为彻底抹除……") }).click();
}

/** Every byte the app keeps in this browser's database, as text. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const wait = <T>(request: IDBRequest<T>) =>
      new Promise<T>((done, fail) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error ?? new Error("no database"));
      });
    const base = await wait(indexedDB.open("kehu-main"));
    const decoder = new TextDecoder();
    const parts: string[] = [];
    for (const name of base.objectStoreNames) {
      const values = await wait(base.transaction(name).objectStore(name).getAll());
      for (const value of values as unknown[]) {
        const isBytes = value instanceof ArrayBuffer || ArrayBuffer.isView(value);
        parts.push(isBytes ? decoder.decode(value) : JSON.stringify(value));
      }
    }
    base.close();
    return parts.join("\n");
  });
}
