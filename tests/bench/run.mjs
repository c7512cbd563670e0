// Measures the served app (KEHU_URL) and its parts beside their peers, into RESULTS.md.
//
//   --quick        one run over little data, to try the bench itself; written to RESULTS.quick.md
//   --runs n       instead of five
//   --note text    a sentence the page must carry, such as what was unusual; may be given several times
//   --only a,b     these parts alone: wire, storing, searching, grading, clocks, starting, importing,
//                  tables (CSV beside PapaParse and Dexie), sheets (XLSX beside SheetJS), merging (beside Automerge and
//                  Loro), restoring (1,100,000 records; not above three runs), duplicates (the sweep of 100,000
//                  customers), history (300,000 acts), load (the endpoint under wrk)
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machine } from "./lib/machine.mjs";
import { company, cut, table } from "./lib/material.mjs";
import { bench } from "./lib/places.mjs";
import { report } from "./lib/report.mjs";
import { serve } from "./lib/serve.mjs";
import { buildWasm } from "./lib/wasm.mjs";
import { measureClocks } from "./parts/clocks.mjs";
import { measureDuplicates } from "./parts/duplicates.mjs";
import { measureGrading } from "./parts/grading.mjs";
import { measureHistory } from "./parts/history.mjs";
import { measureImporting } from "./parts/importing.mjs";
import { measureLoad } from "./parts/load.mjs";
import { measureMerging } from "./parts/merging.mjs";
import { measureRestoring } from "./parts/restoring.mjs";
import { measureSearching } from "./parts/searching.mjs";
import { measureSheets } from "./parts/sheets.mjs";
import { measureStarting } from "./parts/starting.mjs";
import { measureStoring } from "./parts/storing.mjs";
import { measureTables } from "./parts/tables.mjs";
import { measureWire } from "./parts/wire.mjs";

const PARTS = {
  wire: measureWire,
  storing: measureStoring,
  searching: measureSearching,
  grading: measureGrading,
  clocks: measureClocks,
  starting: measureStarting,
  importing: measureImporting,
  tables: measureTables,
  sheets: measureSheets,
  merging: measureMerging,
  restoring: measureRestoring,
  duplicates: measureDuplicates,
  history: measureHistory,
  load: measureLoad,
};

/** Parts that need the app alone, and nothing built for the bench. */
const IN_THE_APP = ["wire", "starting", "importing", "restoring", "duplicates", "history", "load"];

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    runs: { type: "string" },
    note: { type: "string", multiple: true, default: [] },
  },
});
const app = process.env.KEHU_URL?.replace(/\/$/, "");
const chosen = options.only?.split(",") ?? Object.keys(PARTS);
const unknown = chosen.filter((part) => !PARTS[part]);
if (!app || unknown.length > 0) {
  console.error(app ? `no such part: ${unknown.join(", ")}` : "KEHU_URL must name the served app; `cargo xtask bench` sets it");
  process.exit(2);
}

const runs = Number(options.runs ?? (options.quick ? 1 : 5));
const many = options.quick ? 10_000 : 100_000;
const few = options.quick ? 500 : 5_000;
const results = {
  runs,
  isQuick: options.quick,
  notes: options.note,
  machine: machine(),
  bulk: [],
  edits: [],
  starts: [],
  failures: [],
};
const target = join(bench, options.quick ? "RESULTS.quick.md" : "RESULTS.md");

const folder = await mkdtemp(join(tmpdir(), "kehu-bench-material-"));
try {
  await measure();
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`written: ${target}`);

async function measure() {
  const say = (text) => console.log(`  ${text}`);
  console.log("· material");
  await mkdir(join(folder, "wasm"));
  if (chosen.some((part) => !IN_THE_APP.includes(part))) buildWasm(join(folder, "wasm"));
  const companies = chosen.every((part) => part === "load") ? {} : await made();
  results.lines = companies.lines;
  const server = await serve({
    "/page/": join(bench, "page"),
    "/modules/": join(bench, "node_modules"),
    "/wasm/": join(folder, "wasm"),
    "/material/": folder,
  });
  const isQuick = options.quick;
  const given = { app, address: server.address, folder, runs, isQuick, results, ...companies, say };
  for (const part of chosen) {
    console.log(`· ${part}`);
    try {
      await PARTS[part](given);
    } catch (problem) {
      // One part that fails leaves the others their say.
      say(`failed: ${problem.message}`);
      results.failures.push(`${part}: ${problem.message.split("\n")[0]}`);
    }
    await writeFile(target, report(results));
  }
  await server.stop();
}

/** Invented companies, and tables and lines of one of them. */
async function made() {
  const large = await company(folder, many);
  const small = await company(folder, few, few * 10);
  const companies = [
    { ...small, isOffline: true },
    { ...large, isOffline: false },
  ];
  return { companies, lines: await cut(large.path, folder), table: await table(folder, many) };
}
