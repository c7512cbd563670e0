// Many records at once and one at a time, beside Dexie and bare IndexedDB.
import { ENGINES, inBenchPage } from "../lib/browser.mjs";
import { count, median, megabytes, ms, p95 } from "../lib/figures.mjs";

const PEERS = { kehu: "kehu-store", dexie: "Dexie", bare: "bare IndexedDB" };
const EDITS = { warm: 20, count: 100 };

/**
 * Measures on both engines. Of many records every peer has a fresh profile, the order turning from run to run; of
 * single edits every run has one, in which the peers take turns save by save.
 */
export async function measureStoring({ address, runs, lines, results, say }) {
  const names = Object.keys(PEERS);
  for (const engine of ENGINES) {
    const bulk = Object.fromEntries(names.map((peer) => [peer, { write: [], read: [] }]));
    const edits = Object.fromEntries(names.map((peer) => [peer, []]));
    for (let run = 0; run < runs; run += 1) {
      for (const peer of turned(names, run)) {
        const once = await inBenchPage(address, engine, "bulk", { peer, file: "customers.ndjson" });
        bulk[peer].write.push(once.write);
        bulk[peer].read.push(once.read);
        say(`${engine.name}, ${peer}: write ${ms(once.write)}, read ${ms(once.read)}`);
      }
      const times = await inBenchPage(address, engine, "edits", { file: "customers.ndjson", ...EDITS });
      for (const peer of names) {
        edits[peer].push(...times[peer]);
        say(`${engine.name}, ${peer}: one edit ${ms(median(times[peer]))}`);
      }
    }
    results.bulk.push(bulkTable(engine, bulk, lines));
    results.edits.push(editsTable(engine, edits, runs));
  }
}

/** The same names, beginning elsewhere in every run. */
export const turned = (names, run) => names.map((_, place) => names[(place + run) % names.length]);

function bulkTable(engine, bulk, lines) {
  const figures = Object.entries(bulk).map(([peer, { write, read }]) => ({
    peer: PEERS[peer],
    write: median(write),
    read: median(read),
    row: [PEERS[peer], ms(median(write)), ms(p95(write)), ms(median(read)), ms(p95(read))],
  }));
  const [kehu, dexie, bare] = figures;
  return {
    engine: engine.name,
    size: `${count(lines.customers)} records, ${megabytes(lines.bytes)}`,
    rows: figures.map(({ row }) => row),
    timesDexie: dexie.write / kehu.write,
    timesDexieRead: dexie.read / kehu.read,
    shareOfBare: bare.write / kehu.write,
    shareOfBareRead: bare.read / kehu.read,
  };
}

function editsTable(engine, edits, runs) {
  return {
    engine: engine.name,
    each: `${EDITS.count} saves in each of ${runs} runs, after ${EDITS.warm} that do not count`,
    rows: Object.entries(edits).map(([peer, times]) => [PEERS[peer], ms(median(times)), ms(p95(times))]),
    timesBare: median(edits.kehu) / median(edits.bare),
  };
}
