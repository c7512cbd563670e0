// A CSV of customers: rehearsed and made durable, beside PapaParse and Dexie.
import { inBenchPage } from "../lib/browser.mjs";
import { median, ms, p95 } from "../lib/figures.mjs";
import { turned } from "./storing.mjs";

const PEERS = { kehu: "Kehu", papaparse: "PapaParse + Dexie" };

/** Measures each peer in a worker of a fresh profile; the order turns from run to run. */
export async function measureTables({ address, runs, table, results, say }) {
  const all = Object.fromEntries(Object.keys(PEERS).map((peer) => [peer, { dry: [], commit: [], both: [], stall: [] }]));
  for (let run = 0; run < runs; run += 1) {
    for (const peer of turned(Object.keys(PEERS), run)) {
      const file = table.path.split("/").at(-1);
      const once = await inBenchPage(address, undefined, "table", { peer, file, rows: table.rows });
      for (const key of Object.keys(all[peer])) all[peer][key].push(once[key]);
      say(`${PEERS[peer]}: rehearsed in ${ms(once.dry)}, written in ${ms(once.commit)}`);
    }
  }
  const row = ([peer, { dry, commit, both, stall }]) => [
    PEERS[peer],
    ms(median(dry)),
    ms(p95(dry)),
    ms(median(commit)),
    ms(p95(commit)),
    ms(median(both)),
    ms(median(stall)),
  ];
  results.tables = {
    rows: Object.entries(all).map(row),
    size: { rows: table.rows, bytes: table.bytes },
    times: median(all.papaparse.both) / median(all.kehu.both),
  };
}
