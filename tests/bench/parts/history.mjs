// The history of a large company: all that was ever done, and what was done to one record.
import { rm } from "node:fs/promises";
import { count, median, ms, p95 } from "../lib/figures.mjs";
import { company } from "../lib/material.mjs";
import { changes } from "../lib/snapshots.mjs";
import { atRest, followed, inLargeCompany } from "./app.mjs";

/** Measures opening both in a fresh profile per run; the company is brought in before. */
export async function measureHistory({ app, folder, runs, isQuick, results, say }) {
  const customers = isQuick ? 5_000 : 100_000;
  // Every order is an act of its own.
  const large = await company(folder, customers, customers * 3);
  const { acts, record, written } = await deedsOf(large.path);
  say(`${count(acts)} acts; the customer with the longest history has ${written} changes`);
  const all = { list: [], listStall: [], record: [], recordStall: [] };
  try {
    for (let run = 0; run < Math.min(runs, 3); run += 1) {
      await inLargeCompany(app, large.path, async (page) => {
        await page.goto(`${app}/data`);
        await atRest(page);
        const list = await followed(page, "/data/history", page.getByText(/^[\d,]*[1-9][\d,]* 次操作$/));
        const one = await followed(page, `/data/history?record=${record}`, page.locator(".timeline li").first());
        all.list.push(list.took);
        all.listStall.push(list.stall);
        all.record.push(one.took);
        all.recordStall.push(one.stall);
        say(`history ${ms(list.took)}, stall ${ms(list.stall)}; a record's ${ms(one.took)}, stall ${ms(one.stall)}`);
      });
    }
  } finally {
    await rm(large.path, { force: true });
  }
  const row = (what, values) => [what, ms(median(values)), ms(p95(values))];
  results.history = {
    company: large,
    acts,
    written,
    runs: all.list.length,
    rows: [
      row("all acts, until the list is shown", all.list),
      row("longest stall of the page meanwhile", all.listStall),
      row("one record, until its history is shown", all.record),
      row("longest stall of the page meanwhile", all.recordStall),
    ],
    stall: Math.max(median(all.listStall), median(all.recordStall)),
  };
}

/** How many acts a backup tells of, and which customer was written most often. */
async function deedsOf(path) {
  const acts = new Set();
  const times = new Map();
  for await (const { change } of changes(path)) {
    acts.add(change.act);
    if (change.kind === "customer") times.set(change.record, (times.get(change.record) ?? 0) + 1);
  }
  const [record, written] = [...times].reduce((most, next) => (next[1] > most[1] ? next : most));
  return { acts: acts.size, record, written };
}
