// What the figures were measured on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./browser.mjs";
import { bench } from "./places.mjs";

/** Machine and versions, as rows of a table. */
export function machine() {
  const version = (name) =>
    JSON.parse(readFileSync(join(bench, "node_modules", name, "package.json"), "utf8")).version;
  const says = (program, ...words) =>
    execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  return [
    ["Date", new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC"],
    ["Processor", `${os.cpus()[0]?.model ?? "unknown"}, ${os.cpus().length} cores`],
    ["Memory", `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ["System", `${os.type()} ${os.release()}`],
    ["Load when begun", os.loadavg().map((load) => load.toFixed(1)).join(" ")],
    ["Browser", `${says(chromiumPath, "--version")}, headless`],
    ["Rust", says("rustc", "--version")],
    ["Peers", ["dexie", "minisearch", "flexsearch", "papaparse", "xlsx", "@automerge/automerge", "loro-crdt"].map((name) => `${name} ${version(name)}`).join(", ")],
    ["Driver", `playwright-core ${version("playwright-core")}, Node ${process.version}`],
  ];
}
