// Backups as `kehu_domain::snapshot` writes them, made of lines of changes.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

/** How many changes a part of a backup holds. */
const PART = 4_096;

/** The changes of a backup: one a line, with or without a comma after it. */
export async function* changes(path) {
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (!text.startsWith('{"stamp"')) continue;
    const line = text.endsWith(",") ? text.slice(0, -1) : text;
    yield { line, change: JSON.parse(line) };
  }
}

/** Writes the backup of changes in canonical order, part by part: a large one is longer than a string may be. */
export async function writeBackup(path, workspace, lines) {
  const stream = createWriteStream(path);
  const put = async (text) => {
    if (!stream.write(text)) await once(stream, "drain");
  };
  const newest = JSON.parse(lines.at(-1)).stamp;
  const header = `{"format":"kehu-snapshot","version":1,"workspace":${JSON.stringify(workspace)},"newest":"${newest}","count":${lines.length},"parts":[\n`;
  const whole = createHash("sha256").update(header);
  await put(header);
  for (let first = 0; first < lines.length; first += PART) {
    const part = lines.slice(first, first + PART);
    const sum = createHash("sha256").update(part.map((line) => `${line}\n`).join("")).digest("hex");
    whole.update(sum);
    const comma = first > 0 ? ",\n" : "";
    await put(`${comma}{"count":${part.length},"sha256":"${sum}","changes":[\n${part.join(",\n")}\n]}`);
  }
  await put(`\n],"sha256":"${whole.digest("hex")}"}\n`);
  stream.end();
  await once(stream, "close");
}

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** A stamp: milliseconds, counter and node in 24 characters that sort. */
export function stamp(millis, counter, node) {
  let bits = (BigInt(millis) << 72n) | (BigInt(counter) << 48n) | BigInt(node);
  let text = "";
  for (let place = 0; place < 24; place += 1) {
    text = DIGITS[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}
