// The clocks of 10,000 open cases, as at the first start after a night.
import { inBenchPage } from "../lib/browser.mjs";
import { median, ms, p95 } from "../lib/figures.mjs";
import { TODAY } from "../lib/material.mjs";

const CASES = 10_000;

/** Measures the clocks alone, and the agenda that is made of them. */
export async function measureClocks({ address, runs, results, say }) {
  const all = { clocks: [], agenda: [] };
  let last;
  for (let run = 0; run < runs; run += 1) {
    last = await inBenchPage(address, undefined, "clocks", { count: CASES, now: `${TODAY}T09:00` });
    all.clocks.push(last.clocks);
    all.agenda.push(last.agenda);
    say(`clocks in ${ms(last.clocks)}, agenda in ${ms(last.agenda)}`);
  }
  results.clocks = {
    rows: [
      ["every clock of every case, with its marks", ms(median(all.clocks)), ms(p95(all.clocks))],
      ["the agenda: clocks, whose move it is, who is told, in order", ms(median(all.agenda)), ms(p95(all.agenda))],
    ],
    cases: last.cases,
    late: last.late,
    overdue: last.overdue,
    median: median(all.clocks),
  };
}
