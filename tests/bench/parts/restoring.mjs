// A company of 100,000 customers and 1,000,000 other records brought into an empty app, and taken out again.
import { rm } from "node:fs/promises";
import { profile } from "../lib/browser.mjs";
import { count, megabytes, median, ms, p95 } from "../lib/figures.mjs";
import { company } from "../lib/material.mjs";
import { peakOfPages } from "../lib/memory.mjs";
import { bringIn, longestStall, watchFrames, writeAndProve } from "./app.mjs";

/** Measures each run in a fresh profile; a run takes minutes, so there are fewer than of other parts. */
export async function measureRestoring({ app, folder, runs, isQuick, results, say }) {
  const customers = isQuick ? 5_000 : 100_000;
  const large = await company(folder, customers, customers * 10);
  say(`${count(large.customers)} customers, ${count(large.others)} other records, ${megabytes(large.bytes)}`);
  const all = { looked: [], brought: [], stall: [], memory: [], backup: [], backupStall: [], peak: [] };
  try {
    for (let run = 0; run < Math.min(runs, 3); run += 1) {
      const once = await restoreOnce(app, large.path);
      for (const key of Object.keys(all)) all[key].push(once[key]);
      say(
        `looked into in ${ms(once.looked)}, brought in in ${ms(once.brought)}, longest stall ${ms(once.stall)}, ` +
          `memory ${size(once.memory)}; backup ${ms(once.backup)}, stall ${ms(once.backupStall)}`,
      );
    }
  } finally {
    await rm(large.path, { force: true });
  }
  const row = (what, values, show = ms) => [what, show(median(values)), show(p95(values))];
  results.restoring = {
    company: large,
    runs: all.looked.length,
    rows: [
      row("looking into the file", all.looked),
      row("bringing it in, until it is durable and shown", all.brought),
      row("longest stall of the page meanwhile", all.stall),
      row("most memory of the page's process by then", all.memory, size),
      row("backup written, read back and proven", all.backup),
      row("longest stall of the page meanwhile", all.backupStall),
      row("most memory of the page's process in all", all.peak, size),
    ],
    took: median(all.looked) + median(all.brought),
    stall: median(all.stall),
    memory: median(all.memory),
    backup: median(all.backup),
  };
}

const size = (bytes) => (bytes === undefined ? "–" : megabytes(bytes));

async function restoreOnce(app, path) {
  const own = await profile();
  try {
    const page = await (await own.start()).newPage();
    page.setDefaultTimeout(900_000);
    await page.goto(`${app}/data/open`);
    await page.getByLabel(/选择备份文件/).waitFor({ state: "attached" });
    await watchFrames(page);
    const { looked, brought } = await bringIn(page, path);
    const stall = worst(await longestStall(page));
    const memory = await peakOfPages(own.folder);
    await page.goto(`${app}/data/backup`);
    await page.getByRole("button", { name: "导出备份" }).waitFor();
    // What follows a start is over by then; the backup finds the page at rest.
    await page.waitForTimeout(30_000);
    await watchFrames(page);
    const backup = await writeAndProve(page);
    const backupStall = worst(await longestStall(page));
    return { looked, brought, stall, memory, backup, backupStall, peak: await peakOfPages(own.folder) };
  } finally {
    await own.remove();
  }
}

const worst = ({ gap, task }) => Math.max(gap, task);
