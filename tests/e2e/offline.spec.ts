// The house stands: the app opens, talks to nobody else, and stays when its server is gone.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, offlineReady, opened, test } from "./helpers/test";
import { dist } from "./helpers/server";

test("the app opens under the strict policy, without errors, and asks nobody else", async ({ page, watch }) => {
  const response = await page.goto("/");
  const policy = response?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toContain("unsafe-inline");
  await opened(page);
  await offlineReady(page);
  expect(watch.problems).toEqual([]);
  expect(watch.strangers).toEqual([]);
});

test("a first visit is enough to open the app without its server, anywhere in it", async ({ page, server, watch }) => {
  await page.goto(server.address);
  await offlineReady(page);
  await server.kill();
  for (const place of ["/", "/customers", "/handbook/3.1?from=today"]) {
    await page.goto(server.address + place);
    await opened(page);
    await page.reload();
    await opened(page);
  }
  expect(watch.problems).toEqual([]);
});

test("a browser that was killed opens the app again without its server", async ({ profile, server }) => {
  const page = await (await profile.open()).newPage();
  await page.goto(server.address);
  await offlineReady(page);
  await profile.kill();
  await server.kill();
  const again = await (await profile.open()).newPage();
  await again.goto(server.address);
  await opened(again);
});

test.describe("a newer release", () => {
  let folder: string;
  test.beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kehu-release-"));
  });
  test.afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test("waits until it is taken, and is then served alone", async ({ page, server }) => {
    await page.goto(server.address);
    await offlineReady(page);
    const older = await page.evaluate(() => caches.keys());
    expect(older).toHaveLength(1);

    await server.kill();
    await newerRelease(folder, (text) => text);
    await server.start(folder);
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.update === "ready");
    await expect(page.locator("html")).not.toHaveAttribute("data-newer");

    const reloaded = page.waitForEvent("load");
    await page.evaluate(() => (window as unknown as { kehuTakeOver(): void }).kehuTakeOver());
    await reloaded;
    await server.kill();
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("data-newer");
    const newer = await page.evaluate(() => caches.keys());
    expect(newer).toHaveLength(1);
    expect(newer).not.toEqual(older);
  });

  test("is refused whole when one of its files is not what was built", async ({ page, server }) => {
    await page.goto(server.address);
    await offlineReady(page);
    const older = await page.evaluate(() => caches.keys());

    await server.kill();
    await newerRelease(folder, (text) => `${text}<!-- altered on the way -->`);
    await server.start(folder);
    await page.reload();
    const outcome = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const worker = registration?.installing;
      if (worker) await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
      return { state: worker?.state, waiting: registration?.waiting !== null };
    });
    expect(outcome.waiting).toBe(false);
    await server.kill();
    await page.reload();
    await opened(page);
    await expect(page.locator("html")).not.toHaveAttribute("data-newer");
    expect(await page.evaluate(() => caches.keys())).toEqual(older);
  });
});

/** Makes `folder` a release like dist/ with another first page, listed rightly; `alter` then has its way with the page. */
async function newerRelease(folder: string, alter: (text: string) => string): Promise<void> {
  await cp(dist, folder, { recursive: true });
  const page = join(folder, "index.html");
  const worker = join(folder, "sw.js");
  const before = await readFile(page, "utf8");
  const after = before.replace("<html ", "<html data-newer ");
  const source = await readFile(worker, "utf8");
  const listed = source.replace(sha256(before), sha256(after)).replace(/"version":"[0-9a-f]+"/, '"version":"newer"');
  await writeFile(page, alter(after));
  await writeFile(worker, listed);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
