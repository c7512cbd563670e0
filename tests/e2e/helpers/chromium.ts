// The browser under test: the system's Chromium, kept from talking to anybody but us.
import { chromium, type BrowserContext, type BrowserContextOptions } from "@playwright/test";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export const chromiumPath = process.env.KEHU_CHROMIUM ?? "/usr/bin/chromium";

export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser profile on disk, which outlives the browser that used it. */
export interface PersistentProfile {
  readonly folder: string;
  /** Opens a browser on the profile; only one at a time can have it. */
  open(): Promise<BrowserContext>;
  /** Ends the browser at once (SIGKILL), as a dead battery would. */
  kill(): Promise<void>;
  /** Closes the browser and copies the profile, as a cloned computer has it. */
  copy(): Promise<PersistentProfile>;
  /** Closes the browser and drops the profile. */
  remove(): Promise<void>;
}

/** A profile whose browsers open with `options`, empty or a copy of the folder `like`; `extraArguments` go to Chromium as they are. */
export async function persistentProfile(
  options: BrowserContextOptions = {},
  extraArguments: readonly string[] = [],
  like?: string,
): Promise<PersistentProfile> {
  const folder = await mkdtemp(join(tmpdir(), "kehu-profile-"));
  // Locks of a browser that has been closed are links to nowhere.
  if (like) await cp(like, folder, { recursive: true, filter: (path) => !basename(path).startsWith("Singleton") });
  let context: BrowserContext | undefined;
  const close = async () => {
    await context?.close().catch(() => undefined);
    context = undefined;
  };
  return {
    folder,
    async open() {
      await close();
      context = await chromium.launchPersistentContext(folder, {
        locale: "zh-CN",
        timezoneId: "Asia/Shanghai",
        ...options,
        executablePath: chromiumPath,
        args: [...chromiumArguments, ...extraArguments],
      });
      return context;
    },
    async kill() {
      const running = context;
      if (!running) return;
      context = undefined;
      const closed = running.waitForEvent("close", { timeout: 20_000 });
      await endProcessesOf(folder);
      await closed;
    },
    async copy() {
      await close();
      return persistentProfile(options, extraArguments, folder);
    },
    async remove() {
      await close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Ends (SIGKILL) every process that was started with `--user-data-dir=folder`, and no other. */
async function endProcessesOf(folder: string): Promise<void> {
  const { readdir, readFile } = await import("node:fs/promises");
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.split("\0").includes(`--user-data-dir=${folder}`)) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It ended by itself between the look and the kill.
      }
    }
  }
}
