// Cases of any process: begun, moved, their forms filled.
import type { Locator, Page } from "@playwright/test";
import { expect } from "../helpers/test";
import { begins, label, named, say, says } from "../helpers/words";
import { goTo } from "./shell";

/** Something to attach. */
export interface Attachment {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A text file of that name. */
export function textFile(name: string, content: string): Attachment {
  return { name, mimeType: "text/plain", buffer: Buffer.from(content) };
}

/** Opens the page on which a case of `process` is begun. */
export async function beginCase(page: Page, process: string): Promise<void> {
  await goTo(page, "事项");
  await page.getByRole("main").getByRole("link", { name: say(page, "新事项") }).click();
  await page.getByRole("main").getByRole("listitem").getByRole("link", { name: say(page, process) }).click();
  await expect(page.getByRole("heading", { level: 1, name: says(page, process) })).toBeVisible();
}

/** Chooses the customer a new case is about. */
export async function about(page: Page, customer: string): Promise<void> {
  await page.getByRole("searchbox", { name: begins(page, "查找客户") }).fill(customer);
  await page.getByRole("main").getByRole("button", { name: customer, exact: true }).click();
}

/** Starts the case that was prepared. */
export async function start(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: say(page, "开始") }).click();
  await expect(standing(page)).toBeVisible();
}

/** Opens a case from the list: the one of that process about `customer`. */
export async function openCase(page: Page, customer: string, process: string): Promise<void> {
  await goTo(page, "事项");
  await listed(page, customer, process).getByRole("link", { name: customer }).click();
  await expect(page.getByRole("heading", { level: 1 }).filter({ hasText: says(page, process) })).toBeVisible();
}

/** The lines of the list of cases that are of that process and about `customer`. */
export function listed(page: Page, customer: string, process: string): Locator {
  return page.getByRole("main").getByRole("listitem").filter({ hasText: customer }).filter({ hasText: says(page, process) });
}

/** Where the open case stands. */
function standing(page: Page): Locator {
  return page.getByRole("region", { name: say(page, "当前步骤") });
}

/** The step the open case is in. */
export async function expectStep(page: Page, step: string): Promise<void> {
  await expect(standing(page).getByRole("heading", { name: say(page, step) })).toBeVisible();
}

/** What the open case carries. */
export async function expectFact(page: Page, field: string, content: string | RegExp): Promise<void> {
  const term = page.getByRole("term").filter({ hasText: say(page, field) });
  await expect(page.getByRole("definition").and(term.locator("xpath=following-sibling::dd[1]"))).toHaveText(content);
}

/** A move that is not possible now, for that reason. */
export async function expectRefused(page: Page, move: string, reason: string | RegExp): Promise<void> {
  const refused = page.getByRole("button", { name: say(page, move), disabled: true });
  await expect(page.getByRole("listitem").filter({ has: refused })).toContainText(reason);
}

/** Opens the form that a move asks for. */
export async function fillFor(page: Page, move: string, form: string): Promise<void> {
  await page.getByRole("link", { name: named(page, move) }).filter({ hasText: says(page, form) }).click();
  await expect(page.getByRole("heading", { level: 1, name: says(page, form) })).toBeVisible();
}

/** Opens a form that may be filled at any time in this step. */
export async function fillFurther(page: Page, form: string): Promise<void> {
  const link = page.getByRole("main").getByRole("listitem").getByRole("link", { name: say(page, form) });
  if (!(await link.isVisible())) await page.getByText(say(page, "其他单据")).click();
  await link.click();
  await expect(page.getByRole("heading", { level: 1, name: says(page, form) })).toBeVisible();
}

/** Makes a move that asks nothing, or opens its questions. */
export async function move(page: Page, name: string): Promise<void> {
  const offers = page.getByRole("main").getByRole("listitem");
  await offers.getByRole("button", { name: begins(page, name), disabled: false }).first().click();
}

/** Answers the questions of a move. */
export async function confirm(page: Page): Promise<void> {
  await page.getByRole("button", { name: say(page, "确定") }).click();
}

/** Files the form that is open; resolves on the case. */
export async function file(page: Page): Promise<void> {
  await page.getByRole("button", { name: say(page, "提交") }).click();
  await expect(standing(page)).toBeVisible();
}

// ---- fields, on a page or in a row ----

/** Types a text, a number, a date or a moment. */
export async function write(scope: Page | Locator, field: string, text: string): Promise<void> {
  await scope.getByLabel(label(scope, field)).fill(text);
}

/** Chooses from a menu: a name as it stands there, or a text of the app. */
export async function pick(scope: Page | Locator, field: string, option: string | RegExp): Promise<void> {
  await pickIn(scope.getByLabel(label(scope, field)), option);
}

/** Chooses an option of a menu. */
export async function pickIn(menu: Locator, option: string | RegExp): Promise<void> {
  const found = menu.getByRole("option", { name: option, exact: true }).first();
  await menu.selectOption((await found.getAttribute("value")) ?? "");
}

/** Chooses one of several buttons. */
export async function choose(scope: Page | Locator, field: string, answer: string | RegExp): Promise<void> {
  await choice(scope, field, answer).check();
}

/** One of several buttons under one legend. */
export function choice(scope: Page | Locator, field: string, answer: string | RegExp): Locator {
  const wanted = typeof answer === "string" ? begins(scope, answer) : answer;
  return group(scope, field).getByRole("radio", { name: wanted });
}

/** Ticks several boxes under one name. */
export async function tick(scope: Page | Locator, field: string, ...answers: string[]): Promise<void> {
  for (const answer of answers) await group(scope, field).getByRole("checkbox", { name: say(scope, answer) }).check();
}

function group(scope: Page | Locator, field: string): Locator {
  return scope.getByRole("group", { name: label(scope, field) });
}

/** Attaches a file; resolves once it is kept. */
export async function attach(scope: Page | Locator, field: string, attachment: Attachment): Promise<void> {
  await scope.getByLabel(label(scope, field)).setInputFiles(attachment);
  await expect(scope.getByRole("link", { name: attachment.name })).toBeVisible();
}

/** A row of a list, the first one being 1. */
export function row(page: Page, list: string, number: number): Locator {
  return page.getByRole("list", { name: say(page, list) }).getByRole("listitem").nth(number - 1);
}

/** Adds a row to a list and gives it. */
export async function addRow(page: Page, list: string): Promise<Locator> {
  const rows = page.getByRole("list", { name: say(page, list) });
  const number = (await rows.getByRole("listitem").count()) + 1;
  const name = new RegExp(`${begins(page, "添加一行").source}.*${says(page, list).source}\\s*$`);
  await page.getByRole("button", { name }).click();
  const added = row(page, list, number);
  await expect(added).toBeVisible();
  return added;
}

/** Removes all rows of a list but those that hold one of these texts of the app. */
export async function keepRows(page: Page, list: string, ...kept: string[]): Promise<void> {
  const rows = page.getByRole("list", { name: say(page, list) }).getByRole("listitem");
  const wanted = kept.map((text) => says(page, text));
  for (let number = await rows.count(); number > 0; number -= 1) {
    const item = await rows.nth(number - 1).getByRole("textbox").first().inputValue();
    if (wanted.some((text) => text.test(item))) continue;
    await rows.nth(number - 1).getByRole("button", { name: say(page, "删除第 {{ row }} 行", { row: String(number) }) }).click();
  }
}
