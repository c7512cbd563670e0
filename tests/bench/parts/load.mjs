// What one instance of the endpoint holds: polls, small files in and out, and a working day's mix of them, by wrk.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ms } from "../lib/figures.mjs";
import { bench } from "../lib/places.mjs";

const call = promisify(execFile);
const WORKSPACES = 20;
const DEVICES_EACH = 10;
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
    const tokens = await makeTokens(store);
    server = await startServer(store);
    const cursors = await makeHistory(server.address, tokens);
    const list = requests(tokens, cursors);
    const kinds = {
      "polls, nothing new": () => list.polls(5_000),
      "files in": () => list.puts(seconds * 3_000),
      "files out": () => list.gets(5_000),
      "a working day's mix": () => list.mix(seconds * 20_000),
    };
    const rows = [];
    let held = 0;
    for (const [name, make] of Object.entries(kinds)) {
      const outcomes = [];
      for (let run = 0; run < runs; run += 1) {
        // Files that go in are new ones each time.
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
    const each = (DAY.polls + DAY.puts + DAY.gets) / DAY_SECONDS;
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
      each,
      held: Math.floor(held / each),
    };
  } finally {
    server?.child.kill();
    if (server) await once(server.child, "exit");
    await rm(folder, { recursive: true, force: true });
  }
}

/** A token for each device of each workspace. */
async function makeTokens(store) {
  const tokens = [];
  for (let workspace = 0; workspace < WORKSPACES; workspace += 1) {
    for (let device = 0; device < DEVICES_EACH; device += 1) {
      const place = ["--store", store, "--workspace", `load-${workspace}`];
      const { stdout } = await call(process.env.KEHU_PROGRAM, ["--lang", "en", "token", "add", ...place, "--name", `${device}`]);
      tokens.push(/kehu\.load-\d+\.[a-z0-9]+\.[0-9a-f]{64}/.exec(stdout)[0]);
    }
  }
  return tokens;
}

async function startServer(store) {
  const port = await freePort();
  const limits = ["--rate", "1000000", "--burst", "1000000"];
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

/** A file nobody has put yet: its path below the workspace, and its content. */
function newFile(token) {
  const content = randomBytes((FILE_BYTES / 4) * 3).toString("base64");
  const hash = createHash("sha256").update(content).digest("hex");
  const [, workspace, device] = token.split(".");
  return { path: `/sync/v1/${workspace}/files/${device}/06dbd5z80000000000000007-c-${hash}.kehu`, content };
}

/** Some files of each device, and where each then is; the path of one file of each. */
async function makeHistory(address, tokens) {
  const known = [];
  for (const token of tokens) {
    const file = newFile(token);
    const authorization = `Bearer ${token}`;
    const put = await fetch(address + file.path, { method: "PUT", headers: { authorization }, body: file.content });
    if (put.status !== 201) throw new Error(`a file was not taken: ${put.status} ${await put.text()}`);
    known.push({ token, path: file.path });
  }
  for (const one of known) {
    const base = one.path.slice(0, one.path.indexOf("/files/"));
    const answer = await fetch(`${address}${base}/arrivals`, { headers: { authorization: `Bearer ${one.token}` } });
    one.poll = `${base}/arrivals?after=${(await answer.json()).next}`;
  }
  return known;
}

/** Requests as lines for load.lua: method, path, token, content. */
function requests(tokens, known) {
  const any = (list) => list[Math.floor(Math.random() * list.length)];
  const poll = () => {
    const one = any(known);
    return ["GET", one.poll, one.token, ""].join("\t");
  };
  const get = () => {
    const one = any(known);
    return ["GET", one.path, one.token, ""].join("\t");
  };
  const put = () => {
    const token = any(tokens);
    const file = newFile(token);
    return ["PUT", file.path, token, file.content].join("\t");
  };
  const many = (count, make) => Array.from({ length: count }, make);
  const sum = DAY.polls + DAY.puts + DAY.gets;
  const one = () => {
    const place = Math.random() * sum;
    return place < DAY.polls ? poll() : place < DAY.polls + DAY.puts ? put() : get();
  };
  return {
    polls: (count) => many(count, poll),
    puts: (count) => many(count, put),
    gets: (count) => many(count, get),
    mix: (count) => many(count, one),
  };
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
