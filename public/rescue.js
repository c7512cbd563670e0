// The way out when the app does not run: reads the databases frame by frame and writes backup files.
// Plain JavaScript on purpose, sharing nothing with the app but the formats, and it never writes to them.
"use strict";

const DATABASE_PREFIX = "kehu-";
const SENTINEL_PREFIX = "kehu-sentinel-";
const PART_CHANGES = 4096;
const PART_BYTES = 4 << 20;
const ZERO_STAMP = "0".repeat(24);
const utf8 = new TextEncoder();

// ---- Reading databases -------------------------------------------------------------------------

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The workspaces of this device: those with a database, and those a sentinel remembers. */
async function workspaces() {
  const names = new Set();
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(SENTINEL_PREFIX)) names.add(key.slice(SENTINEL_PREFIX.length));
    }
  } catch {
    // No localStorage: then there are no sentinels.
  }
  if (indexedDB.databases) {
    for (const { name } of await indexedDB.databases()) {
      if (name?.startsWith(DATABASE_PREFIX)) names.add(name.slice(DATABASE_PREFIX.length));
    }
  }
  return [...names].sort();
}

/** Opens a database as it is; `null` when there is none, and none is made. */
function openAsItIs(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let isAbsent = false;
    request.onupgradeneeded = () => {
      isAbsent = true;
      request.transaction.abort();
    };
    request.onsuccess = () => {
      // Whoever wants to upgrade or delete goes first.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = event => {
      event.preventDefault();
      if (isAbsent) resolve(null);
      else reject(request.error);
    };
  });
}

/** Every key and value of a store; a value that cannot be read comes as `{ unreadable }`. */
async function* values(db, store) {
  if (!db.objectStoreNames.contains(store)) return;
  const all = () => db.transaction(store).objectStore(store);
  for (const key of await answered(all().getAllKeys())) {
    let value;
    try {
      value = await answered(all().get(key));
    } catch (problem) {
      value = { unreadable: String(problem) };
    }
    if (value !== undefined) yield [String(key), value];
  }
}

// ---- Frames: `kehu-entry 1 <count> <crc32> <length>\n<body>`, see crates/store/src/frame.rs ------

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let crc = at;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(pieces) {
  let crc = 0xffffffff;
  for (const bytes of pieces) {
    for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

/** Takes a frame off: `{ count, body }`, or `{ flaw }` with what can still be told of it. */
function unframed(value) {
  if (value?.unreadable) return { flaw: `unreadable: ${value.unreadable}` };
  if (!(value instanceof Uint8Array)) return { flaw: "not bytes" };
  const end = value.subarray(0, 128).indexOf(10);
  const header = end < 0 ? "" : new TextDecoder("latin1").decode(value.subarray(0, end));
  const [, version, count, crc, length] = /^kehu-entry (\d+) (\d+) ([0-9a-f]{8}) (\d+)$/.exec(header) ?? [];
  if (version === undefined) return { flaw: "no frame header" };
  if (version !== "1") return { flaw: `frame version ${version}` };
  const body = value.subarray(end + 1);
  if (String(body.length) !== length) return { flaw: `${body.length} bytes instead of ${length}` };
  if (crc32([utf8.encode(`${count} ${length}\n`), body]) !== crc) return { flaw: "checksum differs" };
  return { count: Number(count), body };
}

/** The stamp of a change line; `null` when the line is no change. */
function stampOf(line) {
  try {
    const { stamp } = JSON.parse(line);
    return /^[0-9a-z]{24}$/.test(stamp) ? stamp : null;
  } catch {
    return null;
  }
}

/** Everything that can be read of a workspace, and everything that cannot. */
function collect(workspace, onProgress = () => {}) {
  // Holding the lock keeps other tabs from moving entries meanwhile; a stuck tab must not stop us.
  const name = `kehu-compact-${workspace}`;
  const read = () => collectNow(workspace, onProgress);
  return navigator.locks ? navigator.locks.request(name, { ifAvailable: true }, read) : read();
}

async function collectNow(workspace, onProgress) {
  const found = { lines: [], drafts: [], attachments: [], damaged: [], isAbsent: false, missing: 0 };
  const db = await openAsItIs(DATABASE_PREFIX + workspace);
  if (!db) return { ...found, isAbsent: true, missing: remembered(workspace) };
  try {
    const stamped = new Map();
    let changes = 0;
    // Entries only ever move from the journal to pages, so in this order none slips by.
    for (const store of ["journal", "pages"]) {
      for await (const [key, value] of values(db, store)) {
        const frame = unframed(value);
        if (frame.flaw) found.damaged.push(damage(store, key, frame.flaw, value));
        else {
          changes += frame.count;
          takeLines(stamped, found.damaged, store, key, frame.body);
        }
        onProgress(stamped.size);
      }
    }
    found.lines = sorted(stamped);
    for await (const [id, value] of values(db, "drafts")) takeDraft(found, id, value);
    for await (const [key, value] of values(db, "blobs")) takeAttachment(found, key, value);
    for await (const [key, value] of values(db, "meta")) {
      // What was set aside when somebody went on despite a loss.
      if (key.startsWith("damaged/")) found.damaged.push(damage("meta", key, "set aside", value));
    }
    found.missing = Math.max(0, remembered(workspace) - changes);
    return found;
  } finally {
    db.close();
  }
}

/** How many changes the sentinel knows of. */
function remembered(workspace) {
  try {
    return JSON.parse(localStorage.getItem(SENTINEL_PREFIX + workspace))?.changes ?? 0;
  } catch {
    return 0;
  }
}

function takeLines(stamped, damaged, store, key, body) {
  for (const line of new TextDecoder().decode(body).split("\n")) {
    if (!line) continue;
    const stamp = stampOf(line);
    if (stamp) stamped.set(line, stamp);
    else damaged.push({ store, key, flaw: "a line is no change", text: line });
  }
}

function takeDraft(found, id, value) {
  const frame = unframed(value);
  if (frame.flaw) return found.damaged.push(damage("drafts", id, frame.flaw, value));
  const text = new TextDecoder().decode(frame.body);
  const end = text.indexOf("\n");
  return found.drafts.push({ id, saved_at_ms: Number(text.slice(0, end)), text: text.slice(end + 1) });
}

function takeAttachment(found, sha256, value) {
  const frame = unframed(value);
  if (frame.flaw) return found.damaged.push(damage("blobs", sha256, frame.flaw, value));
  return found.attachments.push({ sha256, base64: base64(frame.body) });
}

/** A damaged value with as much of its text as is legible; it never enters the backup. */
function damage(store, key, flaw, value) {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : "";
  return { store, key, flaw, text };
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return btoa(text);
}

/** The lines by stamp, equal stamps by bytes. */
function sorted(stamped) {
  const byBytes = (one, other) => {
    const [a, b] = [utf8.encode(one), utf8.encode(other)];
    const at = a.findIndex((byte, place) => byte !== b[place]);
    return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1);
  };
  return [...stamped]
    .sort(([one, a], [other, b]) => (a < b ? -1 : a > b ? 1 : byBytes(one, other)))
    .map(([line]) => line);
}

// ---- The backup file, see crates/domain/src/snapshot.rs ------------------------------------------

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", utf8.encode(text));
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

/** The company's identity, as its own records say it: the app writes the same into its backups. */
function identity(lines) {
  const named = lines.filter(line => line.includes('"kind":"workspace"')).map(line => JSON.parse(line).set?.id);
  return named.filter(Boolean).at(-1) ?? "";
}

/** The lines of the part that begins there: it ends after so many changes, or once it has so many bytes. */
function partFrom(lines, at) {
  let end = at;
  for (let bytes = 0; end < lines.length && end - at < PART_CHANGES && bytes < PART_BYTES; end += 1) {
    bytes += utf8.encode(lines[end]).length;
  }
  return lines.slice(at, end);
}

/** The pieces of a backup file of sorted change lines, the same bytes the app writes. */
async function snapshotFile(workspace, lines) {
  const newest = lines.length ? stampOf(lines.at(-1)) : ZERO_STAMP;
  const header =
    `{"format":"kehu-snapshot","version":1,"workspace":${JSON.stringify(workspace)},` +
    `"newest":"${newest}","count":${lines.length},"parts":[\n`;
  const pieces = [header];
  let sums = "";
  for (let at = 0; at < lines.length; ) {
    const part = partFrom(lines, at);
    const sum = await sha256(`${part.join("\n")}\n`);
    sums += sum;
    if (at > 0) pieces.push(",\n");
    pieces.push(`{"count":${part.length},"sha256":"${sum}","changes":[\n`, part.join(",\n"), "\n]}");
    at += part.length;
  }
  if (lines.length) pieces.push("\n");
  pieces.push(`],"sha256":"${await sha256(header + sums)}"}\n`);
  return pieces;
}

/** Drafts, attachments and whatever is damaged: all that a backup has no place for. */
function restFile(workspace, { drafts, attachments, damaged }) {
  const rest = { format: "kehu-rescue-rest", version: 1, workspace, drafts, attachments, damaged };
  return [JSON.stringify(rest, null, 1), "\n"];
}

// ---- The page ------------------------------------------------------------------------------------

function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/** A text in both languages. */
function both(zh, en) {
  const english = element("span", en);
  english.lang = "en";
  return [zh, " ", english];
}

function problem(zh, en) {
  const made = element("p", ...both(zh, en));
  made.className = "rescue-problem";
  made.setAttribute("role", "alert");
  return made;
}

function say(zh, en) {
  document.getElementById("rescue-status").replaceChildren(...both(zh, en));
}

/** Gives the reader of the screen a turn. */
function breathe() {
  return new Promise(resolve => setTimeout(resolve));
}

function download(name, pieces) {
  const url = URL.createObjectURL(new Blob(pieces, { type: "application/json" }));
  const link = element("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function fileName(workspace, what) {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map(part => String(part).padStart(2, "0"))
    .join("-");
  return `kehu-${workspace.replace(/[^\p{L}\p{N}-]+/gu, "-")}-${day}${what}.json`;
}

function button(words, onPress) {
  const made = element("button", ...words);
  made.type = "button";
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await onPress();
    } catch (reason) {
      made.after(problem(`没有写成：${reason}`, `Not written: ${reason}`));
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

function row(zh, en, count) {
  return [element("dt", ...both(zh, en)), element("dd", count.toLocaleString())];
}

function damageList(damaged) {
  const items = damaged.map(({ store, key, flaw }) => element("li", `${store} · ${key} · ${flaw}`));
  return element("details", element("summary", ...both("损坏的部分", "What is damaged")), element("ul", ...items));
}

/** What was found of a workspace, and the ways to take it away. */
function report(workspace, found) {
  const { lines, drafts, attachments, damaged } = found;
  const parts = [
    element(
      "dl",
      ...row("改动", "Changes", lines.length),
      ...row("草稿", "Drafts", drafts.length),
      ...row("附件", "Attachments", attachments.length),
      ...row("损坏", "Damaged", damaged.length),
    ),
  ];
  if (found.missing > 0) {
    parts.push(
      problem(
        `这台设备曾保存过的改动里，有 ${found.missing.toLocaleString()} 条现在读不到。请留好以前的备份文件。`,
        `Of the changes this device once held, ${found.missing.toLocaleString()} cannot be read now. Keep your earlier backups.`,
      ),
    );
  }
  if (damaged.length) parts.push(damageList(damaged));
  if (lines.length) {
    parts.push(
      button(both("下载备份文件", "Download the backup; the app can open and merge it"), async () =>
        download(fileName(workspace, ""), await snapshotFile(identity(lines), lines)),
      ),
    );
  }
  if (drafts.length || attachments.length || damaged.length) {
    parts.push(
      button(both("下载草稿、附件和损坏的部分", "Download drafts, attachments and what is damaged"), async () =>
        download(fileName(workspace, "-rest"), restFile(workspace, found)),
      ),
    );
  }
  return parts;
}

async function show(workspace) {
  const heading = element("h2", workspace);
  const section = element("section", heading);
  document.getElementById("rescue-workspaces").append(section);
  try {
    let told = performance.now();
    const found = await collect(workspace, count => {
      if (performance.now() - told < 200) return;
      told = performance.now();
      say(`已读 ${count.toLocaleString()} 条改动……`, `${count.toLocaleString()} changes read…`);
    });
    await breathe();
    section.append(...report(workspace, found));
  } catch (reason) {
    section.append(problem(`读不出来：${reason}`, `Cannot be read: ${reason}`));
  }
}

async function start() {
  if (!globalThis.indexedDB) {
    say("浏览器不允许使用本地存储。", "The browser does not allow local storage.");
    return;
  }
  if (!globalThis.crypto?.subtle) {
    say("请用 https 或本机地址打开这一页，否则无法计算校验和。", "Open this page by https or on this very machine: checksums need it.");
    return;
  }
  say("正在读取……", "Reading…");
  try {
    const names = await workspaces();
    for (const name of names) await show(name);
    if (names.length) say("读取完毕。", "Everything has been read.");
    else say("这个浏览器里没有保存的数据。", "There is no stored data in this browser.");
  } catch (reason) {
    say(`读不出来：${reason}`, `Cannot be read: ${reason}`);
  }
}

if (globalThis.document?.getElementById("rescue-status")) start();
