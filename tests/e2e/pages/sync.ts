// Coming together with other devices: joining, the second light, and the page about it.
import type { Locator, Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { begins, label, say, says } from "../helpers/words";
import { goTo, openApp } from "./shell";

/** The company's passphrase in every journey. */
export const PASSPHRASE = "七颗星星照在长江的水面上";

/** Keys take their time on a machine that does much else. */
const KEY = { timeout: 60_000 };

/** The second light, by what it says on a desk or on a phone. */
export function light(page: Page): Locator {
  return page.getByRole("banner").getByRole("link", { name: says(page, "别处：") });
}

/** Resolves when the light says that everything of this device is there. */
export async function allElsewhere(page: Page): Promise<void> {
  await expect(light(page)).toHaveText(either(page, "别处：全部已到", "已齐"), KEY);
}

/** Resolves when the light says that something is still to go, and how much where that is given. */
export async function waits(page: Page, count?: number): Promise<void> {
  const parts: Record<string, string> = count === undefined ? {} : { count: String(count) };
  const told = [says(page, "{{ count }} 项待送出，{{ at }} 起", parts), says(page, "待送 {{ count }}", parts), says(page, "连不上 · 待送 {{ count }}", parts)];
  await expect(light(page)).toHaveText(new RegExp(told.map((one) => one.source).join("|")), KEY);
}

/** What the light says of a state, in full or in short. */
export async function lightSays(page: Page, long: string, short: string): Promise<void> {
  await expect(light(page)).toHaveText(either(page, long, short), KEY);
}

/** Goes to the page about it. */
export async function goToSync(page: Page): Promise<void> {
  await goTo(page, "数据");
  await page.getByRole("main").getByRole("link", { name: begins(page, "设备同步") }).click();
  await expect(page.getByRole("heading", { level: 1, name: say(page, "设备同步") })).toBeVisible();
}

/** The first device: opens the link and sets the company's passphrase. */
export async function setUp(page: Page, link: string): Promise<void> {
  await openApp(page, link);
  await page.getByLabel(say(page, "口令")).fill(PASSPHRASE);
  await page.getByLabel(say(page, "再输一次口令")).fill(PASSPHRASE);
  await page.getByRole("button", { name: say(page, "设定口令并开始同步") }).click();
  await allElsewhere(page);
}

/** Another device: opens the link and enters the passphrase. */
export async function joinBy(page: Page, link: string, passphrase = PASSPHRASE): Promise<void> {
  await openApp(page, link);
  await enter(page, passphrase);
}

/** Enters the company's passphrase where it is asked for. */
export async function enter(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel(label(page, "公司的同步口令")).fill(passphrase);
  await page.getByRole("button", { name: say(page, "加入并开始同步") }).click();
}

/** Comes together now, from the page about it; resolves when that is over. */
export async function syncNow(page: Page): Promise<void> {
  await goToSync(page);
  const button = page.getByRole("button", { name: say(page, "立即同步") });
  await button.click();
  await expect(button).toBeEnabled(KEY);
}

/** Puts another passphrase in force in place of the usual one. */
export async function changePassphrase(page: Page, next: string): Promise<void> {
  await goToSync(page);
  await page.getByRole("main").getByText(say(page, "更换口令")).first().click();
  await page.getByLabel(say(page, "现在的口令")).fill(PASSPHRASE);
  await page.getByLabel(say(page, "口令")).fill(next);
  await page.getByLabel(say(page, "再输一次口令")).fill(next);
  await page.getByRole("button", { name: say(page, "更换口令") }).click();
  await expect(page.getByText(say(page, "新口令已生效。请告诉其他设备的使用者。"))).toBeVisible(KEY);
}

/** Compares everything with the server anew. */
export async function compareAnew(page: Page): Promise<void> {
  await goToSync(page);
  await unfoldAndConfirm(page, "重新核对");
  await expect(page.getByText(say(page, "已完成。"))).toBeVisible(KEY);
}

/** Has nothing to do with the server any more. */
export async function leave(page: Page): Promise<void> {
  await goToSync(page);
  await unfoldAndConfirm(page, "退出同步");
  await expect(light(page)).toHaveCount(0);
}

async function unfoldAndConfirm(page: Page, title: string): Promise<void> {
  await page.getByRole("main").getByText(say(page, title)).first().click();
  await page.getByRole("main").getByRole("button", { name: say(page, title) }).click();
  await page.getByRole("dialog").getByRole("button", { name: say(page, title) }).click();
}

function either(page: Page, long: string, short: string): RegExp {
  return new RegExp(`${says(page, long).source}|${says(page, short).source}`);
}
