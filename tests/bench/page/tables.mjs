// A CSV of customers: rehearsed, then made durable, by each peer in its own way. Runs in a worker.
import { bytesOf, kehu } from "./material.mjs";

/** Each peer: reads and rehearses the file, then gives how to write it and how many rows there are. */
const PEERS = {
  async kehu(bytes) {
    const { TableImport } = await kehu();
    return {
      rehearse() {
        const table = new TableImport(bytes);
        const rows = table.dry_run();
        return { rows, write: () => table.commit("table") };
      },
    };
  },
  async papaparse(bytes) {
    const { Dexie } = await import("/modules/dexie/dist/dexie.mjs");
    // It is no module: it puts itself where `this` is the global object.
    (0, eval)(await (await fetch("/modules/papaparse/papaparse.min.js")).text());
    return {
      rehearse() {
        const { data } = globalThis.Papa.parse(new TextDecoder().decode(bytes), { header: true, skipEmptyLines: true });
        return {
          rows: data.length,
          async write() {
            const db = new Dexie("table", { chromeTransactionDurability: "strict" });
            db.version(1).stores({ customers: "客户编号" });
            await db.customers.bulkPut(data);
            db.close();
          },
        };
      },
    };
  },
};

/** Milliseconds until every row was rehearsed and until it was durable. */
export async function table({ peer, file, rows: wanted }) {
  const bytes = await bytesOf(file);
  const { rehearse } = await PEERS[peer](bytes);
  const begun = performance.now();
  const { rows, write } = rehearse();
  const rehearsed = performance.now();
  await write();
  const end = performance.now();
  if (rows !== wanted) throw new Error(`${peer} found ${rows} of ${wanted} rows`);
  return { dry: rehearsed - begun, commit: end - rehearsed, both: end - begun };
}
