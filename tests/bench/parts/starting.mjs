// The app's second start, a list scrolled from end to end, and a backup written and proved.
import { ENGINES, profile } from "../lib/browser.mjs";
import { count, median, megabytes, ms, p95 } from "../lib/figures.mjs";
import { bringBackup, longestStall, openList, watchFirstList, watchFrames, writeAndProve } from "./app.mjs";

/** Loads each company once per engine, then starts the browser anew for every run. */
export async function measureStarting({ app, runs, companies, results, say }) {
  for (const company of companies) {
    for (const engine of ENGINES) {
      const own = await profile(engine);
      try {
        const once = await measureOne({ own, app, runs, company, say });
        results.starts.push({ engine: engine.name, company, ...once });
      } catch (problem) {
        // One that cannot be measured is a result too; the others go on.
        say(`${engine.name}: ${problem.message}`);
        results.starts.push({ engine: engine.name, company, problem: problem.message.split("\n")[0] });
      } finally {
        await own.remove();
      }
    }
  }
}

async function measureOne({ own, app, runs, company, say }) {
  const brought = await bringBackup(await own.start(), app, company.path);
  say(`${count(company.customers)} customers brought in, ${ms(brought)}`);
  const times = [];
  let scroll;
  let backup;
  for (let run = 0; run < runs; run += 1) {
    const context = await own.start();
    await context.setOffline(company.isOffline);
    await watchFirstList(context);
    const { page, took } = await openList(context, app);
    times.push(took);
    say(`start ${run + 1}: ${ms(took)}`);
    if (run === runs - 1 && !company.isOffline) {
      scroll = await scrollThrough(page);
      backup = await writeBackup(page, app);
      say(`scroll: longest frame ${ms(scroll.gap)}; backup ${ms(backup)}`);
    }
  }
  return { median: median(times), p95: p95(times), brought, scroll, backup };
}

/** Scrolls the whole list in 300 steps, a frame each; the longest gap between two frames. */
async function scrollThrough(page) {
  // What follows a start (index, cold records, tidying) has settled by then.
  await page.waitForTimeout(30_000);
  await watchFrames(page);
  await page.locator(".virtual-list").evaluate(async (list) => {
    const step = list.scrollHeight / 300;
    for (let at = 0; at < 300; at += 1) {
      list.scrollTop = at * step;
      await new Promise(requestAnimationFrame);
    }
  });
  return longestStall(page);
}

async function writeBackup(page, app) {
  await page.goto(`${app}/data/backup`);
  await page.getByRole("button", { name: "导出备份" }).waitFor();
  await page.waitForTimeout(30_000);
  return writeAndProve(page);
}

/** A row of the table of starts. */
export function startRow({ engine, company, median, p95, brought, problem }) {
  const what = `${count(company.customers)} customers, ${count(company.others)} other records, ${megabytes(company.bytes)}`;
  const how = company.isOffline ? "offline" : "online";
  return problem
    ? [what, how, engine, `failed: ${problem}`, "–", "–"]
    : [what, how, engine, ms(median), ms(p95), ms(brought)];
}
