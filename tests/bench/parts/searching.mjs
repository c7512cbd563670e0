// One key press in the search box, beside MiniSearch and FlexSearch.
import { inBenchPage } from "../lib/browser.mjs";
import { median, ms, p95 } from "../lib/figures.mjs";
import { turned } from "./storing.mjs";

const PEERS = { kehu: "kehu_domain::search", minisearch: "MiniSearch", flexsearch: "FlexSearch" };

/** What all peers can find: Chinese, digits and codes, as they are typed. */
const PLAIN = typed("李明朗", "厦门", "科技有限公司", "13800", "KH00");

/** What only an index that reads Chinese aloud can find. */
const SPELLED = typed("lml", "liming", "xmly", "xiamen", "厦门kj", "yxgs").filter((key) => !PLAIN.includes(key));

/** Every text as it grows under the fingers, each once. */
function typed(...texts) {
  return [...new Set(texts.flatMap((text) => [...text].map((_, end) => [...text].slice(0, end + 1).join(""))))];
}

/** Measures every key press by every peer, each on a fresh profile. */
export async function measureSearching({ address, runs, results, say }) {
  const times = Object.fromEntries(Object.keys(PEERS).map((peer) => [peer, { plain: [], spelled: [], built: [] }]));
  const found = {};
  for (let run = 0; run < runs; run += 1) {
    for (const peer of turned(Object.keys(PEERS), run)) {
      const queries = peer === "kehu" ? [...PLAIN, ...SPELLED] : PLAIN;
      const { built, keys } = await inBenchPage(address, undefined, "search", { peer, file: "found.ndjson", queries });
      times[peer].built.push(built);
      found[peer] = keys.filter((key) => PLAIN.includes(key.query) && key.found > 0).length;
      for (const key of keys) times[peer][PLAIN.includes(key.query) ? "plain" : "spelled"].push(...key.times);
      say(`${peer}: built ${ms(built)}, p95 ${ms(p95(keys.flatMap((key) => key.times)))}`);
    }
  }
  results.search = {
    rows: Object.entries(times).map(([peer, { plain, spelled, built }]) => [
      PEERS[peer],
      ms(median(built)),
      ms(median(plain)),
      ms(p95(plain)),
      spelled.length > 0 ? ms(median(spelled)) : "cannot",
      spelled.length > 0 ? ms(p95(spelled)) : "cannot",
      `${found[peer]} of ${PLAIN.length}`,
    ]),
    keys: { plain: PLAIN, spelled: SPELLED },
    p95: p95([...times.kehu.plain, ...times.kehu.spelled]),
  };
}
