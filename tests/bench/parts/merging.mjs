// Two snapshots that went apart become one, beside Automerge and Loro.
import { inBenchPage } from "../lib/browser.mjs";
import { megabytes, median, ms, p95 } from "../lib/figures.mjs";
import { twoSides } from "../lib/sides.mjs";
import { turned } from "./storing.mjs";

const PEERS = { kehu: "Kehu", automerge: "Automerge", loro: "Loro" };

/** Measures a small and a large company, each peer in a worker of a fresh profile; the order turns. */
export async function measureMerging({ address, folder, runs, companies, results, say }) {
  const sizes = [];
  // A peer that cannot do the large one is still seen beside the others.
  for (const company of companies) sizes.push(await measureOne({ address, folder, runs, company, say }));
  results.merging = { sizes };
}

async function measureOne({ address, folder, runs, company, say }) {
  const sides = await twoSides(company.path, folder);
  say(`both sides made: ${sides.customers} customers`);
  const keys = ["open", "merge", "save"];
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
  const size = (peer) => megabytes(sides.files[peer].ours.bytes);
  const row = ([peer, { open, merge, save }]) => {
    if (failed[peer]) return [PEERS[peer], `ended: ${failed[peer]}`, "–", "–", "–", size(peer), "–"];
    const { conflicts } = last[peer];
    const named = conflicts === undefined ? "cannot say" : `${conflicts} of ${sides.both.records.length}`;
    return [PEERS[peer], ms(median(merge)), ms(p95(merge)), ms(median(open)), ms(median(save)), size(peer), named];
  };
  const merged = (peer) => median(all[peer].merge);
  const beside = ["automerge", "loro"].filter((peer) => !failed[peer]);
  return {
    rows: Object.entries(all).map(row),
    customers: sides.customers,
    edited: sides.edited,
    both: sides.both.records.length,
    times: beside.map((peer) => ({ name: PEERS[peer], times: merged(peer) / merged("kehu") })),
  };
}
