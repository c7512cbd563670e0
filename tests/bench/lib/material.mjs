// What is measured with: files of an invented company, cut into what each part needs.
import { execFileSync } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./places.mjs";
import { changes, writeBackup } from "./snapshots.mjs";

/** Everything is dated around this day, so that two runs measure the same. */
export const TODAY = "2026-11-23";

/** The native program, built when it is not there yet. */
export function kehu() {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const program = join(target, "tools", "kehu");
  if (!existsSync(program)) {
    execFileSync("cargo", ["build", "--locked", "--quiet", "--package", "kehu-server", "--profile", "tools"], {
      cwd: root,
      stdio: "inherit",
    });
  }
  return program;
}

/**
 * A backup of `customers` customers in `folder`, with how much is in it.
 *
 * Orders are doubled until there are `others` other records.
 */
export async function company(folder, customers, others = 0) {
  const path = join(folder, `company-${customers}-${others}.json`);
  execFileSync(kehu(), ["demo", "--customers", `${customers}`, "--seed", "1", "--today", TODAY, "--output", path]);
  if (others > 0) await addOrders(path, others);
  const records = new Map();
  for await (const { change } of changes(path)) {
    if (!records.has(change.kind)) records.set(change.kind, new Set());
    records.get(change.kind).add(change.record);
  }
  const kinds = Object.fromEntries([...records].map(([kind, ids]) => [kind, ids.size]));
  const all = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  return { path, customers: kinds.customer, others: all - kinds.customer, kinds, bytes: (await stat(path)).size };
}

/** Adds copies of orders, each a record of its own, until the backup holds `others` records that are no customers. */
async function addOrders(path, others) {
  const lines = [];
  const orders = [];
  const ids = new Set();
  let name = "";
  for await (const { line, change } of changes(path)) {
    lines.push(line);
    if (change.kind === "workspace") name = change.set.id;
    if (change.kind !== "customer") ids.add(change.record);
    if (change.kind === "order") orders.push(change);
  }
  for (let copy = 0; ids.size + copy < others; copy += 1) {
    const order = orders[copy % orders.length];
    // The last six characters of a stamp or an id name a node: the copies come from nodes of their own.
    const other = (code) => code.slice(0, -6) + String(1 + Math.floor(copy / orders.length)).padStart(6, "0");
    const stamp = other(order.stamp);
    const set = { ...order.set, code: `${order.set.code}-${Math.floor(copy / orders.length)}` };
    lines.push(JSON.stringify({ ...order, stamp, act: stamp, record: other(order.record), set }));
  }
  lines.sort();
  await writeBackup(path, name, lines);
}

/** Cuts a company into `customers.ndjson` (changes), `graded.ndjson` (changes) and `found.ndjson` (texts). */
export async function cut(backup, folder) {
  const lines = { customers: 0, graded: 0, bytes: 0 };
  const out = (name) => createWriteStream(join(folder, `${name}.ndjson`));
  const [customers, graded, found] = [out("customers"), out("graded"), out("found")];
  const known = new Map();
  for await (const { line, change } of changes(backup)) {
    const { kind, record, set } = change;
    if (kind === "customer" && !known.has(record)) {
      known.set(record, { name: set.name ?? "", code: set.code ?? "", contact: "", mobile: "" });
      lines.customers += 1;
      lines.bytes += Buffer.byteLength(line);
      await write(customers, line);
    }
    if (kind === "contact" && known.get(set.customer)?.contact === "") {
      Object.assign(known.get(set.customer), { contact: set.name ?? "", mobile: set.mobile ?? "" });
    }
    if (["customer", "order", "receivable"].includes(kind)) {
      lines.graded += 1;
      await write(graded, line);
    }
  }
  for (const texts of known.values()) await write(found, JSON.stringify(texts));
  await Promise.all([customers, graded, found].map((stream) => (stream.end(), once(stream, "close"))));
  return lines;
}

/** A table of customers as somebody else's program would export it. */
export async function table(folder, rows) {
  const path = join(folder, `customers-${rows}.csv`);
  const stream = createWriteStream(path);
  await write(stream, "客户编号,客户名称,区域,联系人,手机,年采购额,合作起始日,备注");
  const pick = (list, place) => list[place % list.length];
  for (let row = 0; row < rows; row += 1) {
    const name = `${pick(["厦门", "杭州", "长沙", "成都"], row)}${pick(["蓝屿", "晨星", "远山", "瑞木", "宏川"], row >> 2)}${row}号${pick(["科技", "机械", "食品"], row)}有限公司`;
    const mobile = `139${String(row).padStart(8, "0")}`;
    const day = `20${String(10 + (row % 15))}-0${1 + (row % 9)}-1${row % 10}`;
    const person = `${pick([..."李王张刘陈杨"], row)}${pick([..."明佳怡轩雨"], row >> 3)}${pick([..."朗远思晴"], row >> 5)}`;
    await write(stream, `B${String(row).padStart(7, "0")},${name},${pick(["华东", "华南", "华北"], row)},${person},${mobile},${(row % 900) * 1000}.50,${day},第 ${row} 行`);
  }
  stream.end();
  await once(stream, "close");
  return { path, rows, bytes: (await stat(path)).size };
}

async function write(stream, line) {
  if (!stream.write(`${line}\n`)) await once(stream, "drain");
}
