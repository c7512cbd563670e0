// What journeys have at hand beyond Playwright's own: a server to end, a profile to kill, an eye on the page.
import { test as base, expect, type Page } from "@playwright/test";
import { persistentProfile, type PersistentProfile } from "./chromium";
import { Server } from "./server";

interface Fixtures {
  /** A server of this test's own, ended with it. */
  server: Server;
  /** A browser profile of this test's own, dropped with it; its browsers look like this project's. */
  profile: PersistentProfile;
  /** What went wrong or went elsewhere on `page`, as it happens. */
  watch: Watch;
}

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.kill();
  },
  profile: async ({ viewport, hasTouch, isMobile, deviceScaleFactor }, use) => {
    const profile = await persistentProfile({ viewport, hasTouch, isMobile, deviceScaleFactor });
    await use(profile);
    await profile.remove();
  },
  watch: async ({ page }, use) => {
    await use(new Watch(page));
  },
});

export { expect };

/** Collects errors of a page, and requests to other origins than the page's own. */
export class Watch {
  readonly problems: string[] = [];
  readonly strangers: string[] = [];

  constructor(page: Page) {
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const { url } = message.location();
      this.problems.push(url ? `${message.text()} (${url})` : message.text());
    });
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isOurs = hostname === "127.0.0.1" || protocol === "data:" || protocol === "blob:";
      if (!isOurs) this.strangers.push(request.url());
    });
  }
}

/** Resolves when the app stands where the opening page was, with nothing to complain about. */
export async function opened(page: Page): Promise<void> {
  await expect(page.locator("#opening")).toHaveCount(0);
  await expect(page.locator("#failure")).toBeHidden();
}

/** Resolves when this release is whole on the device, so that the network may go. */
export async function offlineReady(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.offline === "ready");
}
