// Settings: who works here, and who uses this device.
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { read, say, says, type Language } from "../helpers/words";
import { goTo } from "./shell";

/** Adds a member of staff with posts; the first one becomes the person of this device. */
export async function addStaff(page: Page, name: string, posts: readonly string[]): Promise<void> {
  await goTo(page, "设置");
  await page.getByRole("button", { name: say(page, "添加员工") }).click();
  const dialog = page.getByRole("dialog", { name: say(page, "添加员工") });
  await dialog.getByRole("textbox", { name: say(page, "姓名") }).fill(name);
  for (const post of posts) await dialog.getByRole("checkbox", { name: say(page, post) }).check();
  await dialog.getByRole("button", { name: say(page, "保存") }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("listitem").filter({ hasText: name })).toBeVisible();
}

/** Makes somebody the person of this device. */
export async function become(page: Page, name: string): Promise<void> {
  await goTo(page, "设置");
  const menu = page.getByLabel(say(page, "我是"));
  const option = menu.getByRole("option").filter({ hasText: name }).first();
  await menu.selectOption({ label: (await option.textContent()) ?? "" });
  await expect(page.getByText(say(page, "现在以“{{ name }}”的身份工作。", { name }))).toBeVisible();
}

/** Who holds a post, in the order of the list. */
export async function holders(page: Page, post: string): Promise<string[]> {
  await goTo(page, "设置");
  const people = page.getByLabel(say(page, "我是")).getByRole("option").filter({ hasText: says(page, post) });
  return (await people.allTextContents()).map((text) => text.split(" · ")[0] ?? "");
}

/** Chooses the language of the app, by its own name. */
export async function speak(page: Page, language: Language): Promise<void> {
  await goTo(page, "设置");
  await page.getByRole("radio", { name: language === "zh" ? "中文" : "English" }).check();
  read(page, language);
  await goTo(page, "设置");
}
