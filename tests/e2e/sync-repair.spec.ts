// What is out of order between devices shows itself, says whose it is, and is put right from the page.
import AxeBuilder from "@axe-core/playwright";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { persistentProfile } from "./helpers/chromium";
import { test } from "./helpers/endpoint";
import { station } from "./helpers/journey";
import { run } from "./helpers/server";
import { expect } from "./helpers/test";
import { addCustomer, countShown } from "./pages/customers";
import { foundFrom } from "./pages/data";
import { goTo, openApp, startEmpty } from "./pages/shell";
import { PASSPHRASE, allElsewhere, changePassphrase, compareAnew, enter, goToSync, joinBy, leave, light, setUp, syncNow } from "./pages/sync";

const OURS = "青石茶行";
const OFFICE = "Office";
const PHONE = "小周的手机";
const LATER = "晚亭酒楼";

/** How many customers a company has whose first sync takes a while. */
const MANY = 3_000;

test.describe.configure({ timeout: 300_000 });

test("a large first sync tells how far it is, and after a dead battery it goes on from there", async ({
  page,
  profile,
  endpoint,
}) => {
  const folder = await mkdtemp(join(tmpdir(), "kehu-company-"));
  const file = join(folder, "company.json");
  await run("demo", "--customers", String(MANY), "-o", file);
  await foundFrom(page, await readFile(file), endpoint.server.address);
  await rm(folder, { recursive: true });
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const link = await endpoint.link(PHONE);

  const first = await (await profile.open()).newPage();
  const asked = filesAsked(first);
  await slowly(first);
  await openApp(first, link);
  await enter(first, PASSPHRASE);
  const progress = first.getByRole("group", { name: "正在收取" });
  await expect(progress).toContainText(/正在收取 · [1-9]\d* \/ \d+/, { timeout: 60_000 });
  const total = Number(/\/ (\d+)/.exec((await progress.textContent()) ?? "")?.[1]);
  expect(total).toBeGreaterThan(7);
  await expect(first.getByText("可以离开本页继续工作；中断了，下次会接着来。")).toBeVisible();
  await station(first, "sync-first");
  await expect(progress).toContainText(new RegExp(`· ([5-9]|\\d\\d) / ${String(total)}`), { timeout: 60_000 });
  await profile.kill();
  const before = new Set(asked);

  const again = await (await profile.open()).newPage();
  const after = filesAsked(again);
  await openApp(again, `${endpoint.server.address}/data/sync`);
  await allElsewhere(again);
  expect(after.size).toBeGreaterThan(0);
  // What was saved before is not asked for again, but for what came last.
  expect([...after].filter((name) => before.has(name)).length).toBeLessThan(before.size);
  expect(after.size).toBeLessThan(total);
  await goTo(again, "客户");
  await expect.poll(() => countShown(again), { timeout: 30_000 }).toBe(MANY);
});

test("a copied profile is noticed, becomes a device of its own, and neither loses anything", async ({ profile, endpoint }) => {
  const first = await (await profile.open()).newPage();
  await startEmpty(first, "晨光商贸", endpoint.server.address);
  await addCustomer(first, OURS);
  await setUp(first, await endpoint.link(OFFICE, "--may-invite"));
  const copied = await profile.copy();
  try {
    const page = await (await profile.open()).newPage();
    await openApp(page, `${endpoint.server.address}/customers`);
    await addCustomer(page, LATER);
    await allElsewhere(page);
    const clone = await (await copied.open()).newPage();
    await openApp(clone, `${endpoint.server.address}/data/sync`);
    const notice = clone.getByText(/这个浏览器的资料像是被整份复制过/);
    await expect(notice).toBeVisible({ timeout: 60_000 });
    await station(clone, "sync-copied");
    await clone.getByRole("button", { name: "换成一台新设备" }).click();
    await expect(notice).toHaveCount(0);
    await addCustomer(clone, "南山书店");
    await allElsewhere(clone);
    await addCustomer(page, "白鹭纸业");
    await allElsewhere(page);
    for (const one of [clone, page, clone]) await syncNow(one);
    await goToSync(clone);
    await expect(notice).toHaveCount(0);
    for (const one of [page, clone]) {
      await goTo(one, "客户");
      for (const name of [OURS, LATER, "南山书店", "白鹭纸业"]) {
        await expect(one.getByRole("link", { name })).toBeVisible();
      }
    }
  } finally {
    await copied.remove();
  }
});

test("what is dated days ahead is set aside, with whose it is and when it comes in", async ({ page, device, endpoint }) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const hers = await device();
  await hers.clock.setSystemTime(Date.now() + 3 * 24 * 3_600_000);
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);
  await addCustomer(hers, OURS);
  await allElsewhere(hers);
  await syncNow(page);
  const notice = page.getByText(/项更改的日期比本机时间晚一天以上，先搁在一边/);
  await expect(notice).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /设备 \w+：\d+ 项，到 \d{4}-\d\d-\d\d \d\d:\d\d 自动收进来/ })).toBeVisible();
  await station(page, "sync-set-aside");
  await goTo(page, "客户");
  await expect(page.getByRole("link", { name: OURS })).toHaveCount(0);
  // It is told for as long as it is so.
  await page.reload();
  await goToSync(page);
  await expect(notice).toBeVisible({ timeout: 30_000 });
});

test("a file that was damaged at the server is named, and comparing anew on the device that wrote it puts it right", async ({
  page,
  device,
  endpoint,
}) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  await allElsewhere(page);
  expect(await endpoint.damage(OFFICE)).toBeGreaterThan(0);

  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);
  await goToSync(hers);
  const notice = hers.getByText(/个文件用不了，没有收进来/);
  await expect(notice).toBeVisible();
  await expect(hers.getByText(/文件已损坏，内容与文件名不符/).first()).toBeVisible();
  await station(hers, "sync-refused");
  await compareAnew(page);
  await allElsewhere(page);
  // The damaged file is asked for again a minute later, unless an index says before that nobody needs it.
  await expect(async () => {
    await syncNow(hers);
    await expect(notice).toHaveCount(0, { timeout: 1_000 });
  }).toPass({ timeout: 120_000 });
  await goTo(hers, "客户");
  await expect(hers.getByRole("link", { name: OURS })).toBeVisible();
});

test("after a new passphrase everything stands anew below it, and whoever joins needs the new one only", async ({
  page,
  device,
  endpoint,
}) => {
  const next = "八匹白马走过长安的石桥";
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  await addCustomer(page, LATER);
  await allElsewhere(page);
  await changePassphrase(page, next);

  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await expect(hers.getByRole("alert")).toContainText("口令不对", { timeout: 60_000 });
  await enter(hers, next);
  await allElsewhere(hers);
  // What was sealed with the old passphrase could not be opened here.
  await goToSync(hers);
  await expect(hers.getByText(/个文件用不了/)).toHaveCount(0);
  await goTo(hers, "客户");
  for (const name of [OURS, LATER]) await expect(hers.getByRole("link", { name })).toBeVisible();
});

test("who leaves keeps everything, and who comes back finds nothing twice", async ({ page, device, endpoint }) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  await goToSync(page);
  const results = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa"]).analyze();
  expect(results.violations.map((violation) => violation.id)).toEqual([]);
  await leave(page);
  await addCustomer(page, LATER);
  await openApp(page, await endpoint.link("Office 2", "--may-invite"));
  await enter(page, PASSPHRASE);
  await allElsewhere(page);
  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);
  for (const one of [page, hers]) {
    await goTo(one, "客户");
    await expect.poll(() => countShown(one)).toBe(2);
    for (const name of [OURS, LATER]) await expect(one.getByRole("link", { name })).toHaveCount(1);
  }
});

test("on plain http, where browsers have no locks, one of two tabs does it, and then the other", async ({ endpoint }) => {
  const rules = ["--host-resolver-rules=MAP kehu.test 127.0.0.1"];
  const profile = await persistentProfile({}, rules);
  try {
    const context = await profile.open();
    const at = `http://kehu.test:${String(endpoint.server.port)}`;
    const page = await context.newPage();
    await startEmpty(page, "晨光商贸", at);
    expect(await page.evaluate(() => isSecureContext || "locks" in navigator)).toBe(false);
    await setUp(page, await endpoint.linkAt(at, OFFICE));
    const other = await context.newPage();
    const asked = requests(other);
    await openApp(other, `${at}/customers`);
    await addCustomer(other, OURS);
    await allElsewhere(other);
    await allElsewhere(page);
    expect(asked.length).toBe(0);
    await page.close({ runBeforeUnload: true });
    await addCustomer(other, LATER);
    await allElsewhere(other);
    expect(asked.length).toBeGreaterThan(0);
    await expect(light(other)).toBeVisible();
  } finally {
    await profile.remove();
  }
});

/** Gives each file two thirds of a second on its way. */
async function slowly(page: Page): Promise<void> {
  await page.context().route(/\/files\/.*-[cp]-/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 660));
    await route.continue().catch(() => undefined);
  });
}

/** The files a page asks for, by name, as it does. */
function filesAsked(page: Page): Set<string> {
  const names = new Set<string>();
  page.on("request", (request) => {
    const name = /-[cp]-([0-9a-f]{64})/.exec(request.url())?.[1];
    if (name && request.method() === "GET") names.add(name);
  });
  return names;
}

function requests(page: Page): string[] {
  const all: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/sync/v1/")) all.push(request.url());
  });
  return all;
}
