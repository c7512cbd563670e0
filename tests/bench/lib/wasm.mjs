// Builds the app's own parts for bench pages, with the profile the app is built with.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./places.mjs";

/** Builds `tests/bench/wasm` into `folder`. */
export function buildWasm(folder) {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const run = (program, ...words) => execFileSync(program, words, { cwd: root, stdio: "inherit" });
  run("cargo", "build", "--locked", "--quiet", "--package", "kehu-bench", "--release", "--target", "wasm32-unknown-unknown");
  const built = join(target, "wasm32-unknown-unknown", "release", "kehu_bench.wasm");
  run("wasm-bindgen", built, "--target", "web", "--no-typescript", "--out-dir", folder);
}
