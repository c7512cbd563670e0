// The same bytes into IndexedDB and out again, strictly durable, by each peer in its own way.
import { bytesOf, firstLines, kehu, linesOf } from "./material.mjs";

/** How many records the app puts into one stored value. */
const PER_VALUE = 256;

const WARM_UP = 2_000;

const wait = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

const complete = (tx) =>
  new Promise((done, fail) => {
    tx.oncomplete = done;
    tx.onabort = () => fail(tx.error);
  });

async function openBare(name) {
  const request = indexedDB.open(name);
  request.onupgradeneeded = () => request.result.createObjectStore("values");
  return wait(request);
}

async function openDexie(name) {
  const { Dexie } = await import("dexie");
  const db = new Dexie(name, { chromeTransactionDurability: "strict" });
  db.version(1).stores({ records: "id" });
  return db;
}

/** Each peer: makes its work ready from a file, then gives `write` and `read`; `read` gives the bytes of all lines. */
const PEERS = {
  async kehu(name, file) {
    const { Load, read } = await kehu();
    const load = new Load(file, PER_VALUE);
    return { write: () => load.write(name), read: () => read(name) };
  },
  async dexie(name, file) {
    const records = linesOf(file).map((line, place) => ({ id: place, line }));
    return {
      async write() {
        const db = await openDexie(name);
        await db.records.bulkPut(records);
        db.close();
      },
      async read() {
        const db = await openDexie(name);
        const all = await db.records.toArray();
        db.close();
        return all.reduce((sum, record) => sum + record.line.length, 0);
      },
    };
  },
  async bare(name, file) {
    const lines = linesOf(file);
    const values = [];
    for (let first = 0; first < lines.length; first += PER_VALUE) {
      const part = lines.slice(first, first + PER_VALUE);
      const value = new Uint8Array(part.reduce((sum, line) => sum + line.length + 1, 0));
      let at = 0;
      for (const line of part) {
        value.set(line, at);
        at += line.length;
        value[at] = 10;
        at += 1;
      }
      values.push(value);
    }
    return {
      async write() {
        const db = await openBare(name);
        const tx = db.transaction(["values"], "readwrite", { durability: "strict" });
        values.forEach((value, place) => tx.objectStore("values").put(value, place));
        await complete(tx);
        db.close();
      },
      async read() {
        const db = await openBare(name);
        const all = await wait(db.transaction(["values"]).objectStore("values").getAll());
        db.close();
        return all.reduce((sum, value) => sum + value.length, 0) - lines.length;
      },
    };
  },
};

/** Writes and reads the whole file once by `peer`, after a smaller warm-up; times in milliseconds. */
export async function bulk({ peer, file }) {
  const bytes = await bytesOf(file);
  const wanted = linesOf(bytes).reduce((sum, line) => sum + line.length, 0);
  const warm = await PEERS[peer]("warm", firstLines(bytes, WARM_UP));
  await warm.write();
  await warm.read();
  const ready = await PEERS[peer]("bulk", bytes);
  const begun = performance.now();
  await ready.write();
  const written = performance.now();
  const found = await ready.read();
  const end = performance.now();
  if (found !== wanted) throw new Error(`${peer} read ${found} of ${wanted} bytes`);
  return { write: written - begun, read: end - written };
}

/** Opens by `peer` and gives what saves one line under a number. */
const SAVERS = {
  async kehu() {
    const { Saver } = await kehu();
    const saver = await Saver.open("edits");
    return (place, line) => saver.save(place, line);
  },
  async dexie() {
    const db = await openDexie("edits-dexie");
    await db.open();
    return (place, line) => db.records.put({ id: place, line });
  },
  async bare() {
    const db = await openBare("edits-bare");
    return async (place, line) => {
      const tx = db.transaction(["values"], "readwrite", { durability: "strict" });
      tx.objectStore("values").put(line, place);
      await complete(tx);
    };
  },
};

/**
 * The times of `count` single durable saves by every peer, after `warm` that do not count.
 *
 * The peers take turns save by save, so that all of them meet the same weather.
 */
export async function edits({ file, warm, count }) {
  const lines = linesOf(firstLines(await bytesOf(file), warm + count));
  const peers = [];
  for (const [peer, open] of Object.entries(SAVERS)) peers.push({ peer, save: await open(), times: [] });
  for (const [place, line] of lines.entries()) {
    for (let turn = 0; turn < peers.length; turn += 1) {
      const { save, times } = peers[(place + turn) % peers.length];
      const begun = performance.now();
      await save(place, line);
      if (place >= warm) times.push(performance.now() - begun);
    }
  }
  return Object.fromEntries(peers.map(({ peer, times }) => [peer, times]));
}
