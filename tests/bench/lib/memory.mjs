// How much memory the pages of a browser took at most, as the system counts it; Linux alone says.
import { readdir, readFile } from "node:fs/promises";

/** The peak of the largest page process below the browser on this profile folder, in bytes; undefined elsewhere. */
export async function peakOfPages(folder) {
  const processes = await all();
  const browser = processes.find(({ line }) => line.includes(`--user-data-dir=${folder}`) && !line.includes("--type="));
  if (!browser) return undefined;
  const below = new Set([browser.pid]);
  // A child is never older than its parent, but a list may be: look until nothing is added.
  for (let before = 0; before !== below.size; ) {
    before = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  const pages = processes.filter(({ pid, line }) => below.has(pid) && line.includes("--type=renderer"));
  const peaks = await Promise.all(pages.map(({ pid }) => peak(pid)));
  return peaks.length > 0 ? Math.max(...peaks) : undefined;
}

async function all() {
  const names = await readdir("/proc").catch(() => []);
  const found = names.filter((name) => /^\d+$/.test(name)).map(async (name) => {
    try {
      const line = (await readFile(`/proc/${name}/cmdline`, "utf8")).replaceAll("\0", " ");
      const parent = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${name}/status`, "utf8"))?.[1]);
      return { pid: Number(name), parent, line };
    } catch {
      // It ended meanwhile.
      return undefined;
    }
  });
  return (await Promise.all(found)).filter(Boolean);
}

async function peak(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}
