// My devices and my colleagues' keep alike by themselves, over a server that cannot read what it keeps.
import type { Request } from "@playwright/test";
import { LANGUAGES, inLanguage, prepare, station } from "./helpers/journey";
import { test } from "./helpers/endpoint";
import { expect } from "./helpers/test";
import { begins, say, says } from "./helpers/words";
import { addCustomer, editCustomer, openCustomer } from "./pages/customers";
import { goTo, startEmpty } from "./pages/shell";
import { PASSPHRASE, allElsewhere, enter, goToSync, joinBy, light, setUp, syncNow, waits } from "./pages/sync";

const OURS = "青石茶行";
const THEIRS = "晚亭酒楼";

for (const language of LANGUAGES) {
  test(inLanguage("I set it up, invite a colleague by link, and what one saves stands with the other", language), async ({
    page,
    device,
    endpoint,
  }) => {
    await prepare(page, language);
    await startEmpty(page, "晨光商贸", endpoint.server.address);
    await expect(light(page)).toHaveCount(0);
    await addCustomer(page, OURS);
    await setUp(page, await endpoint.link("Office", "--may-invite"));
    expect(page.url()).not.toContain("join");
    await station(page, "sync-stands");

    await page.getByLabel(say(page, "设备名称")).fill("小周的手机");
    await page.getByRole("button", { name: say(page, "生成邀请链接") }).click();
    await expect(page.getByRole("img", { name: say(page, "邀请链接的二维码，用手机扫描") })).toBeVisible();
    await expect(page.getByRole("row", { name: /小周的手机/ })).toBeVisible();
    await station(page, "sync-invited");
    const link = await page.getByLabel(say(page, "邀请链接")).inputValue();

    const hers = await device();
    await prepare(hers, language);
    await hers.goto(endpoint.server.address);
    await hers.getByRole("button", { name: language === "en" ? "English" : "中文" }).click();
    await station(hers, "sync-doors");
    await hers.getByRole("link", { name: say(hers, "公司已在用？让这台设备加入") }).click();
    await station(hers, "sync-set-up");
    await hers.getByLabel(say(hers, "令牌")).fill(link);
    await hers.getByRole("button", { name: say(hers, "继续") }).click();
    await expect(hers.getByText(says(hers, "{{ at }} 认得这台设备，名称为“{{ name }}”。", { name: "小周的手机" }))).toBeVisible();
    await enter(hers, PASSPHRASE);
    await allElsewhere(hers);
    await goTo(hers, "客户");
    await expect(hers.getByRole("link", { name: OURS })).toBeVisible();

    await addCustomer(hers, THEIRS);
    await allElsewhere(hers);
    await syncNow(page);
    await openCustomer(page, THEIRS);

    // And the other way round, by itself: the page asks when somebody comes back to it.
    await addCustomer(page, "白鹭纸业");
    await allElsewhere(page);
    await hers.reload();
    await goTo(hers, "客户");
    await expect(hers.getByRole("link", { name: "白鹭纸业" })).toBeVisible({ timeout: 60_000 });
  });
}

test("I work a day without a network, and then all of it is with the others", async ({ page, device, endpoint }) => {
  test.setTimeout(240_000);
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await setUp(page, await endpoint.link("Office", "--may-invite"));
  const hers = await device();
  await joinBy(hers, await endpoint.link("小周的手机"));
  await allElsewhere(hers);

  await hers.context().setOffline(true);
  const names = ["青石茶行", "晚亭酒楼", "南山书店"];
  for (const name of names) {
    await addCustomer(hers, name);
    await waits(hers);
  }
  await addCustomer(page, "白鹭纸业");
  await allElsewhere(page);
  await goToSync(hers);
  await hers.getByText(begins(hers, "待送出")).click();
  for (const name of names) await expect(hers.getByRole("link", { name: new RegExp(name) })).toBeVisible();
  await station(hers, "sync-offline");

  await hers.context().setOffline(false);
  await allElsewhere(hers);
  await syncNow(page);
  await goTo(page, "客户");
  for (const name of [...names, "白鹭纸业"]) await expect(page.getByRole("link", { name })).toBeVisible();
  await goTo(hers, "客户");
  await expect(hers.getByRole("link", { name: "白鹭纸业" })).toBeVisible();
});

test("a form that is being filled in stays as it is while a colleague's work comes in", async ({ page, device, endpoint }) => {
  test.setTimeout(240_000);
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link("Office", "--may-invite"));
  const hers = await device();
  await joinBy(hers, await endpoint.link("小周的手机"));
  await allElsewhere(hers);
  await openCustomer(page, OURS);
  await page.getByRole("button", { name: "修改资料" }).click();
  const dialog = page.getByRole("dialog", { name: "修改资料" });
  const short = dialog.getByRole("textbox", { name: /^简称/ });
  await short.fill("还没写完");
  await addCustomer(hers, THEIRS);
  await allElsewhere(hers);
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(light(page)).toHaveText(/全部已到|已齐/);
    await expect(short).toHaveValue("还没写完");
  }).toPass();
  await dialog.getByRole("button", { name: "保存" }).click();
  await goTo(page, "客户");
  await expect(page.getByRole("link", { name: THEIRS })).toBeVisible();
});

test("a small edit costs at most two requests and five kilobytes, and an idle device one request at its time", async ({
  page,
  endpoint,
}) => {
  test.setTimeout(240_000);
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link("Office", "--may-invite"));
  await syncNow(page);
  await page.getByLabel("多久看一次有没有新内容").selectOption({ label: "每 15 秒" });
  const asked: Request[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/sync/v1/")) asked.push(request);
  });
  const uploads = () => asked.filter((request) => request.method() === "PUT");

  await openCustomer(page, OURS);
  await editCustomer(page, { 简称: "青石" });
  await expect.poll(() => uploads().length).toBe(1);
  await allElsewhere(page);
  // Polls of an idle device may fall in between; they are counted below.
  const edit = asked.filter((request) => request.method() !== "GET" || !request.url().includes("/arrivals"));
  expect(edit.length).toBeLessThanOrEqual(2);
  const bytes = (await Promise.all(edit.map(bytesOf))).reduce((sum, one) => sum + one, 0);
  expect(bytes).toBeGreaterThan(400);
  expect(bytes).toBeLessThan(5 * 1024);

  asked.length = 0;
  const began = Date.now();
  await expect.poll(() => asked.length, { timeout: 120_000 }).toBeGreaterThanOrEqual(3);
  const seconds = (Date.now() - began) / 1000;
  expect(asked.length).toBeLessThanOrEqual(Math.ceil(seconds / 12) + 1);
  for (const request of asked) {
    expect(`${request.method()} ${new URL(request.url()).pathname}`).toMatch(/^GET \/sync\/v1\/acme\/arrivals$/);
    expect(await bytesOf(request)).toBeLessThan(2 * 1024);
  }
});

/** About how many bytes a request and its answer are, headers included. */
async function bytesOf(request: Request): Promise<number> {
  const response = await request.response();
  const [asked, answered] = [await request.allHeaders(), (await response?.allHeaders()) ?? {}];
  const all = [asked, answered].map((headers) => JSON.stringify(headers).length + Number(headers["content-length"] ?? 0));
  return request.url().length + all.reduce((sum, one) => sum + one, 0);
}
