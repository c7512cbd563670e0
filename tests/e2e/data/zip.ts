// The parts of a ZIP file, as workbooks are, without a library: by its directory.
import { inflateRawSync } from "node:zlib";

/** The texts of all parts by their names. */
export function partsOf(file: Buffer): Map<string, string> {
  const end = file.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = file.readUInt32LE(end + 16);
  const parts = new Map<string, string>();
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((place) => file.readUInt16LE(at + place)) as [number, number, number];
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const bytes = file.subarray(start, start + packed);
    parts.set(file.toString("utf8", at + 46, at + 46 + name), (method === 8 ? inflateRawSync(bytes) : bytes).toString("utf8"));
    at += 46 + name + extra + comment;
  }
  return parts;
}
