// What the app may reach follows `kehu serve --connect`, in browsers too that have kept the app from before.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./helpers/test";
import { Server } from "./helpers/server";

/** Where nobody listens: it matters only whether one may ask there. */
const ENDPOINT = "http://127.0.0.1:9";

const PAGE = `<!doctype html><title>A small app</title><script>navigator.serviceWorker.register("/sw.js");</script>`;

/** A worker as the app's: it says whether the policy let it ask. */
const WORKER = `
let outcome = "allowed";
addEventListener("securitypolicyviolation", () => (outcome = "blocked"));
fetch("${ENDPOINT}", { mode: "no-cors" }).catch(() => setTimeout(() => postMessage(outcome), 100));
`;

let folder: string;
let server: Server;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kehu-policy-"));
  await smallRelease(folder);
  server = await Server.start(folder);
});
test.afterEach(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

test("an endpoint that is named later is reached, and one that is named no more is not", async ({ page }) => {
  await page.goto(server.address);
  await page.evaluate(() => navigator.serviceWorker.ready);
  expect(await reach(page)).toEqual({ page: false, worker: "blocked" });

  await server.kill();
  await server.start(folder, "--connect", ENDPOINT);
  await renewed(page);
  expect(await reach(page)).toEqual({ page: true, worker: "allowed" });

  await server.kill();
  await server.start(folder);
  await renewed(page);
  expect(await reach(page)).toEqual({ page: false, worker: "blocked" });
});

/** Whether page and worker, as this browser has kept them, may ask the endpoint. */
async function reach(page: Page): Promise<{ page: boolean; worker: string }> {
  const response = await page.goto(server.address);
  expect(response?.fromServiceWorker()).toBe(true);
  const policy = response?.headers()["content-security-policy"] ?? "";
  const worker = await page.evaluate(
    () =>
      new Promise<string>((done) => {
        new Worker("/worker.js").addEventListener("message", ({ data }) => done(String(data)));
      }),
  );
  return { page: policy.includes(`connect-src 'self' ${ENDPOINT};`), worker };
}

/** Resolves when the browser has looked for another service worker, and installed it. */
async function renewed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    const worker = registration.installing;
    if (worker) await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
  });
}

/** Makes `folder` a release of two files, kept by the app's own service worker. */
async function smallRelease(folder: string): Promise<void> {
  const source = await readFile(resolve(import.meta.dirname, "../../public/sw.js"), "utf8");
  const assets = { "/": sha256(PAGE), "/worker.js": sha256(WORKER) };
  const release = `const RELEASE = ${JSON.stringify({ version: "small", assets })};`;
  await writeFile(join(folder, "index.html"), PAGE);
  await writeFile(join(folder, "worker.js"), WORKER);
  await writeFile(join(folder, "sw.js"), source.replace(/^const RELEASE = .*$/m, release));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
