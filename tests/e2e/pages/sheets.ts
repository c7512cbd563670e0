// Forms on paper: which there are, what they must hold, and how they look to a printer.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect } from "../helpers/test";

/** A form of the handbook as its data has it. */
export interface Template {
  readonly section: string;
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  /** The labels of its fields and columns. */
  readonly labels: readonly { readonly zh: string; readonly en: string }[];
}

const PLAYBOOK = join(import.meta.dirname, "../../../playbook");
const TEXT = /\{ zh = "((?:[^"\\]|\\.)*)", en = "((?:[^"\\]|\\.)*)" \}/;

/** Every form of the handbook, read from its data. */
export function templates(): Template[] {
  const folders = (path: string) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(PLAYBOOK)
    .flatMap((chapter) => folders(join(PLAYBOOK, chapter.name)).map((section) => join(chapter.name, section.name)))
    .flatMap((folder) => {
      const section = folder.split("/").at(-1)?.split("-")[0] ?? "";
      let source = "";
      try {
        source = readFileSync(join(PLAYBOOK, folder, "forms.toml"), "utf8");
      } catch {
        return [];
      }
      return source.split(/^\[\[form\]\]$/m).slice(1).map((form) => template(section, form));
    });
}

function template(section: string, source: string): Template {
  const text = (line: string) => {
    const [, zh = "", en = ""] = TEXT.exec(line) ?? [];
    return { zh: zh.replaceAll("\\\"", "\""), en: en.replaceAll("\\\"", "\"") };
  };
  const lines = source.split("\n");
  const labels = lines.filter((line) => /^\s*label = /.test(line)).map(text);
  const title = text(lines.find((line) => line.startsWith("title = ")) ?? "");
  return { section, id: /^id = "([^"]+)"/m.exec(source)?.[1] ?? "", title, labels };
}

/** Shows the page as a printer of A4 paper sees it; `wide` paper lies on its side. */
export async function asPrinted(page: Page, isWide = false): Promise<void> {
  // 96 pixels an inch: 210 mm and 297 mm less the margins of 15 mm on either side.
  const [short, long] = [680, 1009];
  await page.setViewportSize({ width: isWide ? long : short, height: 1000 });
  await page.emulateMedia({ media: "print" });
}

/** Nothing of the page reaches beyond the paper's edge. */
export async function expectFits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over).toBeLessThanOrEqual(0);
}

/** How many pages the printer would need. */
export async function pageCount(page: Page): Promise<number> {
  const pdf = await page.pdf({ preferCSSPageSize: true });
  return pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
}
