// What the first load sends: the bytes of every file asked for before the first page is there, as brotli.
import http from "node:http";
import { profile } from "../lib/browser.mjs";
import { kilobytes } from "../lib/figures.mjs";

const COUNTED = { ".wasm": "wasm", ".js": "js", ".css": "css" };

/** Opens the app once in a fresh profile and adds up what it asked for. */
export async function measureWire({ app, results, say }) {
  const own = await profile();
  const asked = new Set();
  try {
    const page = await (await own.start()).newPage();
    page.on("request", (request) => request.url().startsWith(app) && asked.add(request.url()));
    await page.goto(app);
    await page.locator("main").first().waitFor();
  } finally {
    await own.remove();
  }
  const sums = { wasm: 0, js: 0, css: 0, other: 0 };
  for (const url of asked) {
    const kind = COUNTED[/\.\w+$/.exec(new URL(url).pathname)?.[0]] ?? "other";
    sums[kind] += await bodySize(url);
  }
  const counted = sums.wasm + sums.js + sums.css;
  say(`wasm + js + css: ${kilobytes(counted)}`);
  results.wire = { rows: Object.entries(sums).map(([kind, bytes]) => [kind, kilobytes(bytes)]), counted };
}

function bodySize(url) {
  return new Promise((done, fail) => {
    http
      .get(url, { headers: { "accept-encoding": "br" } }, (response) => {
        let bytes = 0;
        response.on("data", (part) => (bytes += part.length));
        response.on("end", () => done(bytes));
      })
      .on("error", fail);
  });
}
