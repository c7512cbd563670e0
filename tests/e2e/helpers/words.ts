// The words of the app in the language a page is read in. Journeys name everything in Chinese, as the handbook does; what
// that is in English stands beside it in the playbook and in the locales, and is taken from there.
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";

export type Language = "zh" | "en";

const repository = resolve(import.meta.dirname, "../../..");
const languages = new WeakMap<Page, Language>();
let pairs: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** From now on `page` is read in that language; without this it is Chinese. */
export function read(page: Page, language: Language): void {
  languages.set(page, language);
}

/** The language `page` is read in. */
export function languageOf(page: Page): Language {
  return languages.get(page) ?? "zh";
}

/** The whole of a name: a text of the app, with what is put in for its `{{ parts }}`. */
export function say(scope: Page | Locator, text: string, parts: Readonly<Record<string, string>> = {}): RegExp {
  return new RegExp(`^\\s*${wording(scope, text, parts)}\\s*$`);
}

/** A name that begins with a text of the app. */
export function begins(scope: Page | Locator, text: string): RegExp {
  return new RegExp(`^\\s*${wording(scope, text)}`);
}

/** A name or content in which a text of the app stands. */
export function says(scope: Page | Locator, text: string, parts: Readonly<Record<string, string>> = {}): RegExp {
  return new RegExp(wording(scope, text, parts));
}

/** The name of a field: its label, and whether it must be filled. */
export function label(scope: Page | Locator, text: string): RegExp {
  const marks = ["必填", "选填", "系统填写"].map((mark) => wording(scope, mark)).join("|");
  return new RegExp(`^\\s*${wording(scope, text)}\\s*(?:${marks})?\\s*$`);
}

/** The name of a link or button that is about something: a text, a colon, and more. */
export function named(scope: Page | Locator, text: string): RegExp {
  return new RegExp(`^\\s*${wording(scope, text)}\\s*[:：]`);
}

/** Every wording of a text in the language of the page, as part of a regular expression. */
function wording(scope: Page | Locator, text: string, parts: Readonly<Record<string, string>> = {}): string {
  pairs ??= allPairs();
  const english = pairs.get(text);
  if (!english) throw new Error(`neither the playbook nor the locales say “${text}”`);
  const page = "page" in scope ? scope.page() : scope;
  const texts = languageOf(page) === "zh" ? [text] : [...english];
  return `(?:${texts.map((text) => filled(text, parts)).join("|")})`;
}

/** A text with its parts put in; where one is not given, anything may stand. */
function filled(text: string, parts: Readonly<Record<string, string>>): string {
  const pieces = text.split(/\{\{ (\w+) \}\}/);
  return pieces.map((piece, place) => (place % 2 === 0 ? escaped(piece) : given(parts[piece]))).join("");
}

function given(part: string | undefined): string {
  return part === undefined ? ".+" : escaped(part);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Every Chinese text with what it is in English, which may differ from place to place. */
function allPairs(): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  const add = (zh: string, en: string) => all.set(zh, (all.get(zh) ?? new Set()).add(en));
  for (const path of readdirSync(resolve(repository, "playbook"), { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".toml")) continue;
    const toml = readFileSync(resolve(repository, "playbook", path), "utf8");
    for (const [, zh = "", en = ""] of toml.matchAll(/\bzh = "([^"]*)",\s*en = "([^"]*)"/g)) add(zh, en);
  }
  for (const name of readdirSync(resolve(repository, "locales/zh"))) {
    const [zh, en] = ["zh", "en"].map((language) => leaves(locale(language, name)));
    for (const [key, text] of zh ?? []) add(text, en?.get(key) ?? "");
  }
  return all;
}

function locale(language: string, name: string): unknown {
  return JSON.parse(readFileSync(resolve(repository, "locales", language, name), "utf8"));
}

/** The texts of a tree by their paths. */
function leaves(tree: unknown, path = ""): Map<string, string> {
  if (typeof tree === "string") return new Map([[path, tree]]);
  const branches = Object.entries(tree as Record<string, unknown>);
  return new Map(branches.flatMap(([key, branch]) => [...leaves(branch, `${path}.${key}`)]));
}
