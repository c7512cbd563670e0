// Two snapshots that went apart become one, by each peer in its own way. Runs in a worker.
import { bytesOf, kehu } from "./material.mjs";

/** Each peer: opens its own side, then merges the other, saves, and says what records hold. */
const PEERS = {
  async kehu() {
    const { Merger } = await kehu();
    return (ours) => {
      const merger = new Merger(ours);
      return {
        merge(theirs) {
          const brought = merger.merge(theirs);
          return { conflicts: brought.clashes };
        },
        save: () => merger.save(),
        text: (record, field) => merger.text(record, field),
      };
    };
  },
  async automerge() {
    const Automerge = await import("/modules/@automerge/automerge/dist/mjs/entrypoints/fullfat_base64.js");
    return (ours) => {
      let doc = Automerge.load(ours);
      return {
        merge(theirs) {
          doc = Automerge.merge(doc, Automerge.load(theirs));
          return {};
        },
        save: () => Automerge.save(doc),
        text: (record, field) => String(doc.customers[record]?.[field] ?? ""),
        conflicts(records, field) {
          const clashing = (record) => Object.keys(Automerge.getConflicts(doc.customers[record], field) ?? {}).length > 1;
          return records.filter(clashing).length;
        },
      };
    };
  },
  async loro() {
    const loro = await import("/modules/loro-crdt/web/index.js");
    await loro.default();
    return (ours) => {
      const doc = new loro.LoroDoc();
      doc.import(ours);
      return {
        merge(theirs) {
          doc.import(theirs);
          return {};
        },
        save: () => doc.export({ mode: "snapshot" }),
        text: (record, field) => String(doc.getMap("customers").get(record)?.get(field) ?? ""),
      };
    };
  },
};

/**
 * Milliseconds to open our side, to merge theirs and to save the result.
 *
 * `checks` are records with a field and the text it must hold afterwards; `both` were edited on either side.
 */
export async function merge({ peer, ours, theirs, checks, both }) {
  const [a, b] = [await bytesOf(ours), await bytesOf(theirs)];
  const open = await PEERS[peer]();
  const begun = performance.now();
  const side = open(a);
  const opened = performance.now();
  const merged = side.merge(b);
  const united = performance.now();
  const file = side.save();
  const end = performance.now();
  for (const { record, field, text } of checks) {
    const found = side.text(record, field);
    if (found !== text) throw new Error(`${peer}: ${field} of ${record} is “${found}”, not “${text}”`);
  }
  const conflicts = merged.conflicts ?? side.conflicts?.(both.records, both.field);
  return { open: opened - begun, merge: united - opened, save: end - united, bytes: file.length, conflicts };
}
