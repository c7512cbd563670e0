// Two snapshots that went apart become one, beside Automerge and Loro.
import { inBenchPage } from "../lib/browser.mjs";
import { megabytes, median, ms, p95 } from "../lib/figures.mjs";
import { twoSides } from "../lib/sides.mjs";
import { turned } from "./storing.mjs";

const PEERS = { kehu: "Kehu", automerge: "Automerge", loro: "Loro" };

/** Makes the two sides once, then measures each peer in a worker of a fresh profile; the order turns. */
export async function measureMerging({ address, folder, runs, companies, results, say }) {
  const sides = await twoSides(companies.at(-1).path, folder);
  say("both sides made");
  const keys = ["open", "merge", "save", "stall"];
  const all = Object.fromEntries(Object.keys(PEERS).map((peer) => [peer, Object.fromEntries(keys.map((key) => [key, []]))]));
  const last = {};
  const failed = {};
  for (let run = 0; run < runs; run += 1) {
    for (const peer of turned(Object.keys(PEERS), run)) {
      const { ours, theirs } = sides.files[peer];
      const asked = { peer, ours: ours.name, theirs: theirs.name, checks: sides.checks, both: sides.both };
      // A peer that ends by itself is told as such, and the others are measured all the same.
      const once = await inBenchPage(address, undefined, "merge", asked).catch((error) => {
        if (peer === "kehu") throw error;
        failed[peer] = String(error.message).split("\n")[0];
      });
      if (!once) {
        say(`${PEERS[peer]}: ${failed[peer]}`);
        continue;
      }
      for (const key of keys) all[peer][key].push(once[key]);
      last[peer] = once;
      say(`${PEERS[peer]}: opened in ${ms(once.open)}, merged in ${ms(once.merge)}, saved in ${ms(once.save)}`);
    }
  }
  const row = ([peer, { open, merge, save }]) => failed[peer] ? [PEERS[peer], failed[peer], "", "", "", megabytes(sides.files[peer].ours.bytes), ""] : [
    PEERS[peer],
    ms(median(merge)),
    ms(p95(merge)),
    ms(median(open)),
    ms(median(save)),
    megabytes(sides.files[peer].ours.bytes),
    last[peer].conflicts === undefined ? "cannot say" : `${last[peer].conflicts} of ${sides.both.records.length}`,
  ];
  const merged = (peer) => median(all[peer].merge);
  results.merging = {
    rows: Object.entries(all).map(row),
    customers: sides.customers,
    edited: sides.edited,
    both: sides.both.records.length,
    times: Object.fromEntries(["automerge", "loro"].filter((peer) => !failed[peer]).map((peer) => [peer, merged(peer) / merged("kehu")])),
  };
}
