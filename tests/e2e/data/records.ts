// What the records of a backup hold, apart from where and when that was written.

type Content = Record<string, unknown>;

interface Change {
  stamp: string;
  kind: string;
  record: string;
  set: Content;
}

/** A record: its kind, and what each of its fields holds. */
export interface Folded {
  id: string;
  kind: string;
  fields: Content;
}

/** The records of a backup: of every field the latest content, cleared ones left out. */
export function recordsOf(backup: Buffer): Folded[] {
  const file = JSON.parse(backup.toString("utf8")) as { parts: { changes: Change[] }[] };
  const changes = file.parts.flatMap((part) => part.changes);
  changes.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0));
  const records = new Map<string, Folded>();
  for (const { kind, record, set } of changes) {
    const known = records.get(record) ?? { id: record, kind, fields: {} };
    records.set(record, { ...known, fields: { ...known.fields, ...set } });
  }
  const filled = (fields: Content) => Object.entries(fields).filter(([, content]) => content !== null);
  return [...records.values()].map(({ id, kind, fields }) => ({ id, kind, fields: Object.fromEntries(filled(fields)) }));
}

/**
 * The contents of the records of these kinds as sorted lines, each with its kind.
 *
 * A reference to a customer stands as that customer's code: ids say where and when a record was made, and no two
 * devices give the same.
 */
export function contentsOf(backup: Buffer, kinds: readonly string[]): string[] {
  const records = recordsOf(backup);
  const codes = new Map(records.filter(({ kind }) => kind === "customer").map(({ id, fields }) => [id, fields.code ?? fields.name]));
  const named = (content: unknown) => (typeof content === "string" ? (codes.get(content) ?? content) : content);
  const line = ({ kind, fields }: Folded) => {
    const cells = Object.entries(fields).map(([field, content]): [string, unknown] => [field, named(content)]);
    return JSON.stringify([kind, Object.fromEntries(cells.sort(([a], [b]) => (a < b ? -1 : 1)))]);
  };
  return records.filter(({ kind }) => kinds.includes(kind)).map(line).sort();
}
