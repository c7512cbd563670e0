// One key press in a search box over all customers, by each peer.
import { bytesOf, kehu } from "./material.mjs";

const LIMIT = 20;
const WARM_UP = 3;
const ROUNDS = 5;
const FIELDS = ["name", "code", "contact", "mobile"];

const isHan = /\p{Script=Han}/u;

/** Words, and every Chinese character by itself. */
const tokens = (text) => text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [];
const split = (text) => tokens(text).flatMap((token) => (isHan.test(token) ? [...token] : [token]));

const documents = (bytes) =>
  new TextDecoder()
    .decode(bytes)
    .split("\n")
    .filter(Boolean)
    .map((line, id) => ({ id, ...JSON.parse(line) }));

/** Each peer: builds its index and gives what one key press asks of it: the ids found, the best first. */
const PEERS = {
  async kehu(bytes) {
    const { Finder } = await kehu();
    const begun = performance.now();
    const finder = new Finder(bytes);
    return { built: performance.now() - begun, find: (query) => [...finder.find(query, LIMIT)] };
  },
  async minisearch(bytes) {
    const { default: MiniSearch } = await import("minisearch");
    const all = documents(bytes);
    const begun = performance.now();
    const index = new MiniSearch({ fields: FIELDS, tokenize: split });
    index.addAll(all);
    const options = { prefix: true, combineWith: "AND" };
    return {
      built: performance.now() - begun,
      find: (query) => index.search(query, options).slice(0, LIMIT).map((hit) => hit.id),
    };
  },
  async flexsearch(bytes) {
    const { Charset, Document } = await import("flexsearch");
    const all = documents(bytes);
    const begun = performance.now();
    const fields = FIELDS.map((field) =>
      ["name", "contact"].includes(field)
        ? { field, tokenize: "forward", encoder: Charset.CJK }
        : { field, tokenize: "forward" },
    );
    const index = new Document({ document: { id: "id", index: fields } });
    all.forEach((document) => index.add(document));
    return {
      built: performance.now() - begun,
      find: (query) => [...new Set(index.search(query, { limit: LIMIT }).flatMap((field) => field.result))],
    };
  },
};

/** The times of every key press in `queries` by `peer`, how long the index took, and what was found. */
export async function search({ peer, file, queries }) {
  const { built, find } = await PEERS[peer](await bytesOf(file));
  const keys = queries.map((query) => ({ query, found: find(query).length, times: [] }));
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    for (const key of keys) {
      const begun = performance.now();
      find(key.query);
      const took = performance.now() - begun;
      if (round >= WARM_UP) key.times.push(took);
    }
  }
  return { built, keys };
}
