// What the parts do in the app itself.
import { profile } from "../lib/browser.mjs";

/** The rows of the list of customers. */
const ROW = ".list-body .list-row";

/** Notes in every page when the first list is drawn and the page answers again. */
export async function watchFirstList(context) {
  await context.addInitScript((row) => {
    const look = () => {
      if (!document.querySelector(row)) return void requestAnimationFrame(look);
      // Two frames later the rows are on screen, and a timer has had its turn.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => setTimeout(() => (globalThis.firstListAt = performance.now()))),
      );
    };
    requestAnimationFrame(look);
  }, ROW);
}

/** Opens the list of customers; milliseconds from navigation until it is there and the page answers. */
export async function openList(context, app) {
  const page = await context.newPage();
  await page.goto(`${app}/customers`, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.firstListAt !== undefined);
  return { page, took: await page.evaluate(() => globalThis.firstListAt) };
}

/** Brings a backup into the app through its own page, and waits until the app also works offline. */
export async function bringBackup(context, app, path) {
  const page = await context.newPage();
  await page.goto(`${app}/data/open`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const { looked, brought } = await bringIn(page, path);
  const took = looked + brought;
  // The journal is tidied a few seconds after a start; the measured starts find it so.
  await page.goto(`${app}/customers`);
  await page.locator(ROW).first().waitFor();
  await page.waitForTimeout(20_000);
  await page.close();
  return took;
}

/** On the page that opens files: milliseconds until one was looked into, and until what is in it was brought in. */
export async function bringIn(page, path) {
  const begun = Date.now();
  await page.getByLabel(/选择备份文件/).setInputFiles(path);
  const accept = page.getByRole("button", { name: /^并入/ });
  await accept.waitFor();
  const looked = Date.now() - begun;
  const again = Date.now();
  await accept.click();
  await page.getByText(/已并入 .* 次变更/).first().waitFor();
  return { looked, brought: Date.now() - again };
}

/** On the page of backups: milliseconds until a backup was written, read back and found to be the same. */
export async function writeAndProve(page) {
  const begun = Date.now();
  await page.getByRole("button", { name: "导出备份" }).click();
  await page.getByText(/已导出并验证|读回不一致/).waitFor();
  return Date.now() - begun;
}

/** Watches the main thread from now on: gaps between frames, and tasks the browser calls long. */
export async function watchFrames(page) {
  await page.evaluate(() => {
    const seen = (globalThis.seenFrames = { gaps: [], tasks: [] });
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      entryTypes: ["longtask"],
    });
    let last;
    const frame = (now) => {
      if (last !== undefined) seen.gaps.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** The longest of what {@link watchFrames} has seen, in milliseconds. */
export async function longestStall(page) {
  return page.evaluate(() => {
    const { gaps, tasks } = globalThis.seenFrames;
    return { gap: Math.max(0, ...gaps), task: Math.max(0, ...tasks), frames: gaps.length };
  });
}

/** Brings a backup into an app without any, in a profile of its own, and measures in it; the profile goes afterwards. */
export async function inLargeCompany(app, path, measure) {
  const own = await profile();
  try {
    const page = await (await own.start()).newPage();
    page.setDefaultTimeout(900_000);
    await page.goto(`${app}/data/open`);
    await page.getByLabel(/选择备份文件/).waitFor({ state: "attached" });
    await bringIn(page, path);
    await measure(page);
  } finally {
    await own.remove();
  }
}

/** Waits until everything is read in and what follows a start is over. */
export async function atRest(page) {
  await page.getByRole("main").waitFor();
  await page.waitForTimeout(30_000);
}

/** Goes to a place within the app: milliseconds until `shown` is visible, and the longest stall of the page meanwhile. */
export async function followed(page, address, shown) {
  await watchFrames(page);
  const begun = Date.now();
  await page.evaluate((address) => {
    const link = document.createElement("a");
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  }, address);
  await shown.waitFor();
  const took = Date.now() - begun;
  // The frame that draws it is part of it.
  await page.waitForTimeout(500);
  const { gap, task } = await longestStall(page);
  return { took, stall: Math.max(gap, task) };
}
