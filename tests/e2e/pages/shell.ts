// The shell around every page: the doors of a first run, the places, and the light that says "saved".
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { begins, languageOf, say } from "../helpers/words";

/** The places of the app, as they are called on screen. */
export type Place = "今日" | "客户" | "事项" | "手册" | "数据" | "设置";

/** Opens the app at `address` and waits until it stands. */
export async function openApp(page: Page, address = "/"): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("main")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("正在打开……")).toHaveCount(0, { timeout: 30_000 });
}

/** Goes to a place as a person does: by the navigation, on a phone through "more" where it is not on the bar. */
export async function goTo(page: Page, place: Place): Promise<void> {
  const bar = page.getByRole("navigation", { name: say(page, "主导航") });
  const link = bar.getByRole("link", { name: say(page, place) }).filter({ visible: true });
  const more = bar.getByRole("button", { name: say(page, "更多") }).filter({ visible: true });
  await expect(link.or(more).first()).toBeVisible();
  if ((await more.count()) > 0 && (await link.count()) === 0) await more.click();
  await link.click();
  await expect(page.getByRole("heading", { level: 1, name: begins(page, place) })).toBeVisible();
}

/** The third door: a company with a name and nothing else. */
export async function startEmpty(page: Page, company: string, address = "/"): Promise<void> {
  await openApp(page, address);
  await chooseLanguage(page);
  await page.getByRole("button", { name: say(page, "从空白开始") }).click();
  await page.getByRole("textbox", { name: say(page, "公司名称") }).fill(company);
  await page.getByRole("button", { name: say(page, "开始") }).click();
  await expect(page.getByRole("heading", { level: 1, name: begins(page, "今日") })).toBeVisible();
  await saved(page);
}

/** The first door: the demo company, once it is built. */
export async function openDemo(page: Page, address = "/"): Promise<void> {
  await openApp(page, address);
  await chooseLanguage(page);
  await page.getByRole("button", { name: say(page, "看一家运转中的公司") }).click();
  await expect(page.getByRole("list", { name: say(page, "今天的数字") })).toBeVisible({ timeout: 45_000 });
}

/** On the first page, the language the page is to be read in. */
async function chooseLanguage(page: Page): Promise<void> {
  if (languageOf(page) === "en") await page.getByRole("button", { name: "English" }).click();
}

/** Resolves when everything is said to be durable. */
export async function saved(page: Page): Promise<void> {
  await expect(page.getByRole("banner").getByText(say(page, "已存在本机"))).toBeVisible();
}
