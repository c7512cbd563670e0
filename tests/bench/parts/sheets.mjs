// A workbook of 16 columns read and written, beside SheetJS.
import { inBenchPage } from "../lib/browser.mjs";
import { kilobytes, median, ms, p95 } from "../lib/figures.mjs";
import { sheet } from "../lib/sheet.mjs";
import { turned } from "./storing.mjs";

const PEERS = { kehu: "Kehu", sheetjs: "SheetJS" };

/** Measures each peer in a worker of a fresh profile; the order turns from run to run. */
export async function measureSheets({ address, folder, runs, isQuick, results, say }) {
  const count = isQuick ? 1_000 : 10_000;
  const material = await sheet(folder, count);
  const all = Object.fromEntries(Object.keys(PEERS).map((peer) => [peer, { read: [], write: [] }]));
  const sizes = {};
  for (let run = 0; run < runs; run += 1) {
    for (const peer of turned(Object.keys(PEERS), run)) {
      const asked = { peer, file: "sheet.xlsx", table: "sheet.json", rows: material.rows, checks: material.checks };
      const once = await inBenchPage(address, undefined, "sheet", asked);
      all[peer].read.push(once.read);
      all[peer].write.push(once.write);
      sizes[peer] = once.bytes;
      say(`${PEERS[peer]}: read in ${ms(once.read)}, written in ${ms(once.write)}`);
    }
  }
  const row = ([peer, { read, write }]) => [
    PEERS[peer],
    ms(median(read)),
    ms(p95(read)),
    ms(median(write)),
    ms(p95(write)),
    kilobytes(sizes[peer]),
  ];
  results.sheets = {
    rows: Object.entries(all).map(row),
    count,
    bytes: material.bytes,
    read: median(all.sheetjs.read) / median(all.kehu.read),
    write: median(all.sheetjs.write) / median(all.kehu.write),
  };
}
