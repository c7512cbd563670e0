// The browser under measurement: the system's Chromium on a profile of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const chromiumPath = process.env.KEHU_CHROMIUM ?? "/usr/bin/chromium";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The engines IndexedDB may run on, with the switches that choose them. */
export const ENGINES = [
  { name: "default (LevelDB)", switches: [] },
  { name: "SQLite", switches: ["--enable-features=IdbSqliteBackingStore"] },
];

/** A new profile; `start` opens a browser on it, one at a time. */
export async function profile(engine = ENGINES[0]) {
  const folder = await mkdtemp(join(tmpdir(), "kehu-bench-"));
  let context;
  const stop = async () => {
    await context?.close();
    context = undefined;
  };
  return {
    folder,
    async start() {
      await stop();
      context = await chromium.launchPersistentContext(folder, {
        executablePath: chromiumPath,
        args: [...ARGUMENTS, ...engine.switches],
        locale: "zh-CN",
        timezoneId: "Asia/Shanghai",
        viewport: { width: 1280, height: 800 },
      });
      context.setDefaultTimeout(300_000);
      return context;
    },
    stop,
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Runs `task` in the bench page at `address`, in a fresh profile. */
export async function inBenchPage(address, engine, task, argument) {
  const fresh = await profile(engine);
  try {
    const page = await (await fresh.start()).newPage();
    page.on("pageerror", (error) => console.error(`  page: ${error.message}`));
    await page.goto(`${address}/page/index.html`);
    await page.waitForFunction(() => globalThis.bench !== undefined);
    return await page.evaluate(([task, argument]) => globalThis.bench[task](argument), [task, argument]);
  } finally {
    await fresh.remove();
  }
}
