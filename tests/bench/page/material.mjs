// What the measured parts are given.

/** A file of the bench, whole. */
export async function bytesOf(name) {
  const response = await fetch(`/material/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The lines of a file, each a copy of its bytes. */
export function linesOf(bytes) {
  const lines = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    if (end > start) lines.push(bytes.slice(start, end));
  }
  return lines;
}

/** The first `count` lines as one file. */
export function firstLines(bytes, count) {
  let end = 0;
  for (let line = 0; line < count && end < bytes.length; line += 1) {
    const next = bytes.indexOf(10, end);
    end = next < 0 ? bytes.length : next + 1;
  }
  return bytes.subarray(0, end);
}

/** The wasm module, ready. */
export async function kehu() {
  const module = await import("/wasm/kehu_bench.js");
  await module.default();
  return module;
}
