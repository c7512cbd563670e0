// The same file comes to the same in the app and on the command line.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "./helpers/test";
import { program } from "./helpers/server";
import { smallCustomerList } from "./data/company";
import { contentsOf, recordsOf } from "./data/records";
import { exportBackup } from "./pages/data";
import { importTable } from "./pages/import";
import { openApp, saved } from "./pages/shell";

/** When both import, in Shanghai and as the browser's clock has it. */
const NOW = "2026-11-24T10:20";
const CLOCK = new Date(`${NOW}:00+08:00`);

/** What an import makes. */
const KINDS = ["customer", "contact", "batch", "dict_item", "field_def"];

/** Runs the program in `folder`; its exit code, with what it said. */
async function kehu(folder: string, ...words: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile(program, words, { cwd: folder }, (error, out, err) => {
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, said: out + err });
    });
  });
}

const unpacked = (bytes: Buffer) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);

test("a list imported in the app and by kehu import gives the same records", async ({ page }) => {
  const { file, expected } = smallCustomerList();
  await page.clock.setFixedTime(CLOCK);
  await openApp(page);
  await page.getByRole("link", { name: "导入我的数据" }).click();
  await importTable(page, file);
  await saved(page);
  const app = unpacked(await exportBackup(page));

  const folder = await mkdtemp(join(tmpdir(), "kehu-cli-"));
  try {
    await writeFile(join(folder, file.name), file.buffer);
    const ran = await kehu(folder, "import", file.name, "--now", NOW, "-o", "cli.json", "--lang", "zh");
    expect(ran.code, ran.said).toBe(1);
    const cli = await readFile(join(folder, "cli.json"));
    expect(recordsOf(cli).filter(({ kind }) => kind === "customer")).toHaveLength(expected.new + expected.doubles - 1);
    expect(contentsOf(cli, KINDS)).toEqual(contentsOf(app, KINDS));

    // And what the app wrote, the program opens and finds in order. Its stamps are of today: the worker's clock is the real one.
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 16);
    await writeFile(join(folder, "app.json"), app);
    const merged = await kehu(folder, "merge", "app.json", "--now", today, "-o", "again.json");
    expect(merged.code, merged.said).toBe(0);
    expect((await readFile(join(folder, "again.json"))).equals(app)).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
