// A journey through a process of the handbook: the same in both languages, and without a network.
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { offlineReady, test } from "./test";
import { languageOf, read, type Language } from "./words";

/** The languages of the app. */
export const LANGUAGES: readonly Language[] = ["zh", "en"];

/** What a journey in Chinese or English is called: by its subject and, in brackets, its language. */
export function inLanguage(title: string, language: Language): string {
  return `${title} (${language})`;
}

/** Prepares a page for a journey: in Chinese by day, in English by night. */
export async function prepare(page: Page, language: Language): Promise<void> {
  // A whole process takes long on a machine that does much else.
  test.setTimeout(300_000);
  read(page, language);
  await page.emulateMedia({ colorScheme: language === "zh" ? "light" : "dark" });
}

/** Takes the network away, once the app is whole on the device. */
export async function goOffline(page: Page): Promise<void> {
  await offlineReady(page);
  await page.context().setOffline(true);
}

/** A station of a journey; with `KEHU_PICTURES`, a picture of it goes to that folder. */
export async function station(page: Page, name: string): Promise<void> {
  const folder = process.env.KEHU_PICTURES;
  if (!folder) return;
  const path = join(folder, test.info().project.name, `${languageOf(page)}-${name}.png`);
  await page.screenshot({ path, fullPage: true });
}
