// Two sides of one company that went apart: as our backups, and as documents of each peer, with the same content.
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { changes, stamp, writeBackup } from "./snapshots.mjs";

/** The evening of the day everything is dated around, after every change of the material. */
const LATER = Date.UTC(2026, 10, 24, 12);
const FIELD = "remark";

/** How many customers one change of an Automerge document makes. */
const AUTOMERGE_AT_ONCE = 2_000;

/**
 * Makes both sides of the customers in `backup`: each edits the remark of a tenth of them, and a hundredth of those are
 * edited on both sides. Gives the files in `folder` by peer, and what must come out.
 */
export async function twoSides(backup, folder) {
  const lines = [];
  const customers = new Map();
  const written = new Map();
  for await (const { line, change } of changes(backup)) {
    if (change.kind !== "customer") continue;
    lines.push(line);
    customers.set(change.record, { ...customers.get(change.record), ...change.set });
    if (FIELD in change.set) written.set(change.record, change.stamp);
  }
  const all = [...customers.keys()];
  const edits = {
    ours: all.filter((_, place) => place % 10 === 0),
    theirs: all.filter((_, place) => place % 10 === 1 || place % 1000 === 0),
  };
  const both = edits.ours.filter((_, place) => place % 100 === 0);
  const text = (side, record) => `${side} ${record.slice(0, 8)}`;
  const files = {
    kehu: await kehuSides(folder, lines, written, edits, text),
    automerge: await automergeSides(folder, customers, edits, text),
    loro: await loroSides(folder, customers, edits, text),
  };
  const check = (side, record) => ({ record, field: FIELD, text: text(side, record) });
  const checks = [check("ours", edits.ours[1]), check("ours", edits.ours.at(-1)), check("theirs", edits.theirs[1])];
  return {
    files,
    checks,
    both: { records: both, field: FIELD },
    customers: customers.size,
    edited: edits.ours.length,
  };
}

async function kehuSides(folder, lines, written, edits, text) {
  const made = async (side, node) => {
    const edited = edits[side].map((record, place) => {
      const at = stamp(LATER, place, node);
      const over = written.has(record) ? { over: { [FIELD]: [written.get(record)] } } : {};
      const set = { [FIELD]: text(side, record) };
      return JSON.stringify({ stamp: at, act: stamp(LATER, 0, node), by: stamp(0, 0, 0), kind: "customer", record, set, ...over });
    });
    const name = `merge-${side}.json`;
    await writeBackup(join(folder, name), "bench", [...lines, ...edited].sort());
    return { name, bytes: (await stat(join(folder, name))).size };
  };
  return { ours: await made("ours", 1), theirs: await made("theirs", 2) };
}

async function automergeSides(folder, customers, edits, text) {
  const Automerge = await import("@automerge/automerge");
  // Texts as whole values, as our fields are; as plain strings they would be merged letter by letter, which costs more.
  const whole = (content) => (typeof content === "string" ? new Automerge.ImmutableString(content) : content);
  const record = (fields) => Object.fromEntries(Object.entries(fields).map(([field, content]) => [field, whole(content)]));
  // In one change of all customers, its memory runs out.
  let base = Automerge.from({ customers: {} });
  const all = [...customers];
  for (let from = 0; from < all.length; from += AUTOMERGE_AT_ONCE) {
    base = Automerge.change(base, (doc) => {
      for (const [id, fields] of all.slice(from, from + AUTOMERGE_AT_ONCE)) doc.customers[id] = record(fields);
    });
  }
  const made = async (side) => {
    const edited = Automerge.change(Automerge.clone(base), (doc) => {
      for (const record of edits[side]) doc.customers[record][FIELD] = whole(text(side, record));
    });
    return put(folder, `merge-${side}.automerge`, Automerge.save(edited));
  };
  return { ours: await made("ours"), theirs: await made("theirs") };
}

async function loroSides(folder, customers, edits, text) {
  const { LoroDoc, LoroMap } = await import("loro-crdt");
  const base = new LoroDoc();
  const map = base.getMap("customers");
  for (const [record, fields] of customers) {
    const one = map.setContainer(record, new LoroMap());
    for (const [field, value] of Object.entries(fields)) one.set(field, value);
  }
  base.commit();
  const start = base.export({ mode: "snapshot" });
  const made = async (side) => {
    const doc = new LoroDoc();
    doc.import(start);
    for (const record of edits[side]) doc.getMap("customers").get(record).set(FIELD, text(side, record));
    doc.commit();
    return put(folder, `merge-${side}.loro`, doc.export({ mode: "snapshot" }));
  };
  return { ours: await made("ours"), theirs: await made("theirs") };
}

async function put(folder, name, bytes) {
  await writeFile(join(folder, name), bytes);
  return { name, bytes: bytes.length };
}
