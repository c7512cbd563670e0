// M01 for every customer.
import { inBenchPage } from "../lib/browser.mjs";
import { median, ms, p95 } from "../lib/figures.mjs";
import { TODAY } from "../lib/material.mjs";

/** Measures gathering and grading apart; the first pass of each run does not count. */
export async function measureGrading({ address, runs, results, say }) {
  const all = { gather: [], grade: [], both: [] };
  let last;
  for (let run = 0; run < runs; run += 1) {
    last = await inBenchPage(address, undefined, "grade", { file: "graded.ndjson", today: TODAY });
    all.gather.push(last.gather);
    all.grade.push(last.grade);
    all.both.push(last.gather + last.grade);
    say(`gathered in ${ms(last.gather)}, graded in ${ms(last.grade)}`);
  }
  results.grading = {
    rows: [
      ["summing up orders and receivables", ms(median(all.gather)), ms(p95(all.gather))],
      ["grading, with the whole trace", ms(median(all.grade)), ms(p95(all.grade))],
      ["both", ms(median(all.both)), ms(p95(all.both))],
    ],
    graded: last.graded,
    records: last.records,
    both: median(all.both),
  };
}
