// A table of customers through the import wizard, as a person would bring it in.
import { profile } from "../lib/browser.mjs";
import { median, ms } from "../lib/figures.mjs";
import { longestStall, watchFrames } from "./app.mjs";

/** Imports the table in a fresh profile per run; says so if the app has no wizard. */
export async function measureImporting({ app, runs, table, results, say }) {
  const times = [];
  const stalls = [];
  for (let run = 0; run < runs; run += 1) {
    const own = await profile();
    try {
      const page = await (await own.start()).newPage();
      const once = await importOnce(page, app, table);
      if (!once) {
        say("the app of this build has no import wizard");
        return;
      }
      times.push(once.took);
      stalls.push(Math.max(once.stall.gap, once.stall.task));
      say(`import: ${ms(once.took)}, longest stall ${ms(stalls.at(-1))}`);
    } catch (problem) {
      say(`import: ${problem.message}`);
      results.importing = { problem: problem.message.split("\n")[0] };
      return;
    } finally {
      await own.remove();
    }
  }
  results.importing = { rows: table.rows, bytes: table.bytes, took: median(times), stall: median(stalls) };
}

/** Chooses the file, follows the wizard as fast as it allows, and waits for its last word. */
async function importOnce(page, app, table) {
  await page.goto(`${app}/data/import`);
  const file = page.getByLabel(/选择表格文件/);
  const isThere = await file.waitFor({ state: "attached", timeout: 15_000 }).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  await watchFrames(page);
  const begun = Date.now();
  await file.setInputFiles(table.path);
  const next = page.getByRole("button", { name: "下一步" });
  const start = page.getByRole("button", { name: "开始导入" });
  const done = page.getByText(/已存入本机/).first();
  for (;;) {
    await next.or(start).or(done).first().waitFor();
    if (await done.isVisible()) break;
    const button = (await start.isVisible()) ? start : next;
    // Disabled while the wizard works; the click waits for it.
    await button.click();
    if (button === start) {
      await done.waitFor();
      break;
    }
  }
  return { took: Date.now() - begun, stall: await longestStall(page) };
}
