// How the journeys run: the release build, Debian's Chromium, a phone and a desktop.
import { defineConfig } from "@playwright/test";
import { chromiumArguments, chromiumPath } from "./helpers/chromium";
import { address, dist, program } from "./helpers/server";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  // Journeys that have not yet been seen green on the app as it stands.
  testIgnore: "waiting/**",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: address,
    actionTimeout: 20_000,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    trace: "retain-on-failure",
    launchOptions: { executablePath: chromiumPath, args: chromiumArguments },
  },
  // What is about the device, files or words rather than the screen runs once.
  projects: [
    {
      name: "phone",
      testIgnore: ["waiting/**", "storage/**", "bad-files.spec.ts", "english.spec.ts"],
      use: { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    },
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
  ],
  // For journeys that never lose the network; the others start a server of their own and end it.
  webServer: {
    command: `"${program}" serve --dist "${dist}" --port ${new URL(address).port}`,
    cwd: "../..",
    url: address,
    reuseExistingServer: false,
    timeout: 20_000,
  },
});
