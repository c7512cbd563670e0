// The native program `kehu serve`, as a real process that a journey can end.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const repository = resolve(import.meta.dirname, "../../..");

/** The built program; `cargo xtask test` says where it is. */
export const program = process.env.KEHU_PROGRAM ?? resolve(repository, "target/tools/kehu");

/** The release build under test; `KEHU_DIST` names another one, relative to this folder's parent. */
export const dist = resolve(import.meta.dirname, "..", process.env.KEHU_DIST ?? "../../dist");

/** Where the server shared by all journeys listens. */
export const address = `http://127.0.0.1:${process.env.KEHU_PORT ?? "8086"}`;

/** A server of one's own: same address after every start, so that a page finds it again. */
export class Server {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly release: string,
    private readonly options: readonly string[],
  ) {}

  /** A server on a free port, listening. `release` is the folder it serves; `options` go to `kehu serve` as they are. */
  static async start(release = dist, options: readonly string[] = []): Promise<Server> {
    const server = new Server(await freePort(), release, options);
    await server.start();
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts listening; resolves when it does. Does nothing if it already is. `release` changes what is served, `more` how. */
  async start(release = this.release, ...more: string[]): Promise<void> {
    if (this.process) return;
    const options = [...this.options, ...more];
    const started = spawn(program, ["serve", "--dist", release, "--port", String(this.port), ...options], {
      cwd: repository,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = started;
    // What it serves is no news; what it complains of is.
    createInterface(started.stderr).on("line", (line) => {
      if (!line.startsWith(" INFO ")) console.error(line);
    });
    const listening = once(started.stdout, "data");
    const ended = once(started, "exit").then(([code]) => {
      throw new Error(`kehu serve ended with ${String(code)} before it listened`);
    });
    await Promise.race([listening, ended]);
    ended.catch(() => undefined);
  }

  /** Ends the process at once (SIGKILL); from then on nothing listens there. */
  async kill(): Promise<void> {
    const ending = this.process;
    if (!ending) return;
    this.process = undefined;
    const ended = once(ending, "exit");
    ending.kill("SIGKILL");
    await ended;
  }
}

/** The whole output of the native program, which must end well. */
export async function run(...options: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, options, { cwd: repository })).stdout;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
