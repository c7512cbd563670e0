// What one instance of the endpoint holds: polls, small files in and out, and a working day's mix of them, by wrk.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ms } from "../lib/figures.mjs";
import { bench } from "../lib/places.mjs";

const call = promisify(execFile);
// Enough that a device is seldom asked about twice while its card is remembered, and a team seldom saves, as in a day.
const WORKSPACES = 4_000;
const DEVICES_EACH = 10;
const AT_ONCE = 16;
const LISTED = 200_000;
const CONNECTIONS = 16;
const FILE_BYTES = 2_000;

/** A device's working day in a team of ten: eight hours, a poll a minute, twenty saves, and those of nine colleagues. */
const DAY = { polls: 480, puts: 20, gets: 180 };
const DAY_SECONDS = 8 * 60 * 60;

export async function measureLoad({ runs, isQuick, results, say }) {
  const seconds = isQuick ? 2 : 10;
  const folder = await mkdtemp(join(os.tmpdir(), "kehu-bench-load-"));
  const before = os.loadavg().map((load) => load.toFixed(1)).join(" ");
  const store = join(folder, "store");
  let server;
  try {
    const devices = await makeDevices(store);
    server = await startServer(store);
    await makeHistory(server.address, devices);
    const list = requests(devices);
    const kinds = {
      polls: () => list.polls(LISTED),
      "files in": () => list.puts(seconds * 4_000),
      "files out": () => list.gets(LISTED),
      "a working day's mix": () => list.mix(LISTED),
    };
    const rows = [];
    let held = 0;
    for (const [name, make] of Object.entries(kinds)) {
      const outcomes = [];
      for (let run = 0; run < runs; run += 1) {
        // Files that go in are new ones each time.
        await lookAll(server.address, devices);
        const lines = make();
        await writeFile(join(folder, "requests.tsv"), lines.join("\n"));
        const outcome = await wrk(server.address, join(folder, "requests.tsv"), seconds);
        const isOver = outcome.requests > lines.length && lines.some((line) => line.startsWith("PUT"));
        if (isOver) throw new Error(`${lines.length} requests were too few: files were put a second time`);
        outcomes.push(outcome);
      }
      outcomes.sort((a, b) => a.rate - b.rate);
      const median = outcomes[Math.floor((outcomes.length - 1) / 2)];
      say(`${name}: ${median.rate.toFixed(0)}/s, p50 ${ms(median.p50)}, p99 ${ms(median.p99)}`);
      rows.push([name, median.rate.toFixed(0), ms(median.p50), ms(median.p99), ms(median.longest), String(median.failed)]);
      held = median.rate;
    }
    const aDevice = (DAY.polls + DAY.puts + DAY.gets) / DAY_SECONDS;
    results.load = {
      tool: (await call("wrk", ["--version"]).catch((answer) => answer)).stdout.split(" Copyright")[0].trim(),
      connections: CONNECTIONS,
      devices: WORKSPACES * DEVICES_EACH,
      workspaces: WORKSPACES,
      seconds,
      runs,
      before,
      rows,
      day: `${DAY.polls} polls, ${DAY.puts} files in, ${DAY.gets} files out, in eight hours`,
      aDevice,
      held: Math.floor(held / aDevice),
    };
  } finally {
    server?.child.kill();
    if (server) await once(server.child, "exit");
    await rm(folder, { recursive: true, force: true });
  }
}

/** The cards of all devices as the server keeps them, and their tokens; `kehu token` makes one a call, and here are many. */
async function makeDevices(store) {
  const devices = Array.from({ length: WORKSPACES * DEVICES_EACH }, (_, place) => {
    const workspace = `load-${Math.floor(place / DEVICES_EACH)}`;
    const device = `d${String(place).padStart(9, "0")}`;
    return { workspace, device, token: `kehu.${workspace}.${device}.${randomBytes(32).toString("hex")}` };
  });
  await each(devices, async ({ workspace, device, token }) => {
    const folder = join(store, "v1", workspace, "devices");
    await mkdir(folder, { recursive: true });
    const card = { hash: createHash("sha256").update(token).digest("hex"), name: device, may_invite: false, made: Date.now() };
    await writeFile(join(folder, `${device}.json`), JSON.stringify(card));
  });
  return devices;
}

/** Does the work for each of them, some at the same time. */
async function each(list, work) {
  const rest = list.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of rest) await work(one);
    }),
  );
}

async function startServer(store) {
  const port = await freePort();
  // Each team asks far more often here than in a day, so that sharing listings would flatter.
  const limits = ["--rate", "1000000", "--burst", "1000000", "--listing-seconds", "0"];
  const words = ["serve", "--dist", "dist", "--port", String(port), "--store", store, ...limits];
  // The log goes where it costs what it costs anywhere: to be written.
  const child = spawn(process.env.KEHU_PROGRAM, words, { cwd: join(bench, "../.."), stdio: ["ignore", "ignore", "ignore"] });
  const address = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if ((await fetch(`${address}/readyz`).catch(() => undefined))?.ok) return { child, address };
    await new Promise((done) => setTimeout(done, 50));
  }
  child.kill();
  throw new Error("the server is not ready within 10 s");
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** A file nobody has put yet: its path, and its content. */
function newFile({ workspace, device }) {
  const content = randomBytes((FILE_BYTES / 4) * 3).toString("base64");
  const hash = createHash("sha256").update(content).digest("hex");
  return { path: `/sync/v1/${workspace}/files/${device}/06dbd5z80000000000000007-c-${hash}.kehu`, content };
}

const firsts = (devices) => devices.filter((_, place) => place % DEVICES_EACH === 0);

/** A file in each workspace, for all its devices to fetch. */
async function makeHistory(address, devices) {
  await each(firsts(devices), async (device) => {
    const { path, content } = newFile(device);
    const authorization = `Bearer ${device.token}`;
    const put = await fetch(address + path, { method: "PUT", headers: { authorization }, body: content });
    if (put.status !== 201) throw new Error(`a file was not taken: ${put.status} ${await put.text()}`);
    device.file = path;
  });
}

/** Each team asks what there is, so that their cursors are as young as in a day's work. */
async function lookAll(address, devices) {
  await each(firsts(devices), async (device) => {
    const path = `/sync/v1/${device.workspace}/arrivals`;
    const answer = await fetch(address + path, { headers: { authorization: `Bearer ${device.token}` } });
    device.poll = `${path}?after=${(await answer.json()).next}`;
  });
}

/** Requests as lines for load.lua: method, path, token, content. */
function requests(devices) {
  const any = () => Math.floor(Math.random() * devices.length);
  const ofTeam = (place) => devices[place - (place % DEVICES_EACH)];
  const line = (method, path, place, content = "") => [method, path, devices[place].token, content].join("\t");
  const poll = (place) => line("GET", ofTeam(place).poll, place);
  const get = (place) => line("GET", ofTeam(place).file, place);
  const put = (place) => {
    const file = newFile(devices[place]);
    return line("PUT", file.path, place, file.content);
  };
  const sum = DAY.polls + DAY.puts + DAY.gets;
  const one = (place) => {
    const moment = Math.random() * sum;
    if (moment < DAY.polls) return poll(place);
    return moment < DAY.polls + DAY.puts ? put(place) : get(place);
  };
  const many = (make) => (count) => Array.from({ length: count }, () => make(any()));
  return { polls: many(poll), puts: many(put), gets: many(get), mix: many(one) };
}

async function wrk(address, list, seconds) {
  const script = join(bench, "parts/load.lua");
  const words = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "20s", "-s", script, address];
  const { stdout } = await call("wrk", words, { env: { ...process.env, KEHU_REQUESTS: list }, maxBuffer: 1 << 24 });
  const line = stdout.split("\n").find((line) => line.startsWith("{"));
  if (!line) throw new Error(`wrk said: ${stdout.slice(0, 500)}`);
  const { requests, micros, p50, p99, longest, failed } = JSON.parse(line);
  return { requests, rate: requests / (micros / 1e6), p50: p50 / 1000, p99: p99 / 1000, longest: longest / 1000, failed };
}
