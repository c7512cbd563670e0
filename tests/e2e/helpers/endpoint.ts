// An endpoint over which devices come together: a real server with a storage of its own, and tokens made beside it.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { Server, dist, run } from "./server";
import { test as base } from "./test";

const WORKSPACE = "acme";

export class Endpoint {
  private constructor(
    readonly server: Server,
    private readonly store: string,
  ) {}

  /** An endpoint that serves the app too, with nothing in its storage. */
  static async start(): Promise<Endpoint> {
    const store = await mkdtemp(join(tmpdir(), "kehu-store-"));
    return new Endpoint(await Server.start(dist, ["--store", store]), store);
  }

  /** A link by which a new device joins. */
  async link(name: string, ...options: readonly string[]): Promise<string> {
    return this.linkAt(this.server.address, name, ...options);
  }

  /** The same, for those who reach the server at another address. */
  async linkAt(address: string, name: string, ...options: readonly string[]): Promise<string> {
    const told = await this.token("add", "--name", name, "--link", address, ...options);
    const link = told.split("\n").find((line) => line.includes("#join="));
    if (!link) throw new Error(`no link in: ${told}`);
    return link.trim();
  }

  private async deviceOf(name: string): Promise<string> {
    const devices = JSON.parse(await this.token("list", "--json")) as { device: string; name: string }[];
    return devices.find((card) => card.name === name)?.device ?? "";
  }

  /** Damages every file of changes of the device of that name where it lies, and starts the server anew; gives how many. */
  async damage(name: string): Promise<number> {
    const folder = join(this.store, "v1", WORKSPACE, "files", await this.deviceOf(name));
    const files = (await readdir(folder)).filter((file) => file.includes("-c-"));
    for (const file of files) await writeFile(join(folder, file), "something else");
    await this.server.kill();
    await this.server.start();
    return files.length;
  }

  async remove(): Promise<void> {
    await this.server.kill();
    await rm(this.store, { recursive: true, force: true });
  }

  private async token(what: string, ...options: readonly string[]): Promise<string> {
    return run("token", what, "--lang", "en", "--store", this.store, "--workspace", WORKSPACE, ...options);
  }
}

interface Fixtures {
  /** An endpoint of this test's own. */
  endpoint: Endpoint;
  /** A device more: a browser that has never been here, which looks like this project's. */
  device: () => Promise<Page>;
}

/** Journeys of several devices. */
export const test = base.extend<Fixtures>({
  endpoint: async ({}, use) => {
    const endpoint = await Endpoint.start();
    await use(endpoint);
    await endpoint.remove();
  },
  device: async ({ browser, viewport, hasTouch, isMobile, deviceScaleFactor }, use) => {
    const options = { viewport, hasTouch, isMobile, deviceScaleFactor };
    const pages: Page[] = [];
    await use(async () => {
      const page = await newDevice(browser, options);
      pages.push(page);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
});

async function newDevice(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ locale: "zh-CN", timezoneId: "Asia/Shanghai", ...options });
  return context.newPage();
}
