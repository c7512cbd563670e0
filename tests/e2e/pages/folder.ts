// A folder of the person's, played by the origin's private one, which has the same interface and outlives the page.
import type { Page } from "@playwright/test";

const FOLDER = "留存";

/** From now on, choosing a folder chooses a private one of this browser. */
export async function offerFolder(page: Page): Promise<void> {
  await page.addInitScript((folder) => {
    const pick = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
    Object.assign(globalThis, { showDirectoryPicker: pick });
  }, FOLDER);
}

/** The names of the files in the folder, sorted. */
export async function folderFiles(page: Page): Promise<string[]> {
  return page.evaluate(async (folder) => {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    for await (const name of (await root.getDirectoryHandle(folder)).keys()) names.push(name);
    return names.sort();
  }, FOLDER);
}

/** The content of a file in the folder. */
export async function folderFile(page: Page, name: string): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ([folder, name]) => {
      const root = await navigator.storage.getDirectory();
      const file = await (await (await root.getDirectoryHandle(folder)).getFileHandle(name)).getFile();
      return [...new Uint8Array(await file.arrayBuffer())];
    },
    [FOLDER, name] as const,
  );
  return Buffer.from(bytes);
}

/** Puts files of those names into the folder, as another program would. */
export async function putIntoFolder(page: Page, names: readonly string[]): Promise<void> {
  await page.evaluate(
    async ([folder, names]) => {
      const handle = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
      for (const name of names) {
        const stream = await (await handle.getFileHandle(name, { create: true })).createWritable();
        await stream.write("另一份");
        await stream.close();
      }
    },
    [FOLDER, names] as const,
  );
}

/** Clears the workspace's database behind the app's back; the page is elsewhere afterwards. */
export async function wipeWorkspace(page: Page): Promise<void> {
  await page.goto("/manifest.webmanifest");
  await page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.deleteDatabase("kehu-main");
        request.onsuccess = () => done();
        request.onerror = () => failed(request.error);
        request.onblocked = () => failed(new Error("blocked"));
      }),
  );
}

/** Damages the largest value of a store of the workspace, as a bad disk would; the page is elsewhere afterwards. */
export async function damageWorkspace(page: Page, store: "journal" | "pages", how: "flip" | "delete"): Promise<void> {
  await page.goto("/manifest.webmanifest");
  await page.evaluate(
    async ([store, how]) => {
      const wait = <T>(request: IDBRequest<T>) =>
        new Promise<T>((done, failed) => {
          request.onsuccess = () => done(request.result);
          request.onerror = () => failed(request.error);
        });
      const db = await wait(indexedDB.open("kehu-main"));
      const tx = db.transaction(store, "readwrite");
      const all = tx.objectStore(store);
      const keys = await wait(all.getAllKeys());
      const values = (await wait(all.getAll())) as Uint8Array[];
      const largest = values.reduce((best, value, at) => (value.length > (values[best]?.length ?? 0) ? at : best), 0);
      const [key, value] = [keys[largest], values[largest]];
      if (!key || !value) throw new Error(`nothing in ${store}`);
      if (how === "delete") all.delete(key);
      else {
        value[value.length - 9] = (value[value.length - 9] ?? 0) ^ 1;
        all.put(value, key);
      }
      await new Promise((done, failed) => {
        tx.oncomplete = done;
        tx.onabort = () => failed(tx.error);
      });
      db.close();
    },
    [store, how] as const,
  );
}
