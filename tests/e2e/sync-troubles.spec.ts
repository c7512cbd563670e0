// When something keeps my device from the others, I am told what, nothing is lost, and I see the way on.
import { readFile } from "node:fs/promises";
import { test } from "./helpers/endpoint";
import { expect } from "./helpers/test";
import { begins, say } from "./helpers/words";
import { addCustomer, editCustomer, fact, openCustomer } from "./pages/customers";
import { backupFile, bringInAll, chooseBackup, goToOpen } from "./pages/data";
import { goTo, openApp, startEmpty } from "./pages/shell";
import { PASSPHRASE, allElsewhere, changePassphrase, enter, goToSync, joinBy, light, lightSays, setUp, syncNow, waits } from "./pages/sync";

const OURS = "青石茶行";
const OFFICE = "Office";
const PHONE = "小周的手机";

test.describe.configure({ timeout: 240_000 });

test("the server is killed while it takes in a file: nothing is lost, and the light never says otherwise", async ({
  page,
  device,
  endpoint,
}) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const killed = page.waitForRequest((request) => request.method() === "PUT").then(() => endpoint.server.kill());
  await addCustomer(page, OURS);
  await killed;
  await addCustomer(page, "晚亭酒楼");
  await waits(page);
  await endpoint.server.start();
  await syncNow(page);
  await allElsewhere(page);

  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);
  await goTo(hers, "客户");
  for (const name of [OURS, "晚亭酒楼"]) await expect(hers.getByRole("link", { name })).toBeVisible();
});

test("a device that is shut out is told so, keeps everything, and comes back with a new link", async ({
  page,
  device,
  endpoint,
}) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);

  await goToSync(page);
  await page.getByRole("button", { name: `停用“${PHONE}”` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "停用" }).click();
  await expect(page.getByRole("row", { name: new RegExp(`${PHONE}.*停用`) })).toBeVisible();

  await addCustomer(hers, OURS);
  await expect(async () => {
    await syncNow(hers);
    await expect(light(hers)).toHaveText(/本机已停用|已停用/, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await expect(hers.getByRole("alert")).toContainText("本机的数据都在");
  await openApp(hers, await endpoint.link("小周的新手机"));
  await enter(hers, PASSPHRASE);
  await allElsewhere(hers);
  await syncNow(page);
  await goTo(page, "客户");
  await expect(page.getByRole("link", { name: OURS })).toBeVisible();
});

test("a wrong passphrase is told from everything else, and the right one goes on", async ({ page, device, endpoint }) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE), "七颗星星照在黄河的水面上");
  await expect(hers.getByRole("alert")).toContainText("口令不对", { timeout: 60_000 });
  await expect(light(hers)).toHaveCount(0);
  await enter(hers, PASSPHRASE);
  await allElsewhere(hers);

  // Changed on one device, it is asked for on the other.
  const next = "八匹白马走过长安的石桥";
  await changePassphrase(page, next);
  await addCustomer(page, "晚亭酒楼");
  await allElsewhere(page);
  await syncNow(hers);
  await lightSays(hers, "别处：需要口令", "需要口令");
  await hers.getByLabel("公司的同步口令").fill(next);
  await hers.getByRole("button", { name: "输入并继续同步" }).click();
  await allElsewhere(hers);
  await goTo(hers, "客户");
  await expect(hers.getByRole("link", { name: "晚亭酒楼" })).toBeVisible();
});

test("both change one customer: a card on both, settled once, and both agree", async ({ page, device, endpoint }) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await addCustomer(page, OURS);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);
  await openCustomer(hers, OURS);
  await hers.context().setOffline(true);
  await editCustomer(hers, { 简称: "她的" });
  await openCustomer(page, OURS);
  await editCustomer(page, { 简称: "我的" });
  await allElsewhere(page);
  await hers.context().setOffline(false);
  await allElsewhere(hers);
  await syncNow(page);
  for (const one of [page, hers]) {
    await goToSync(one);
    await expect(one.getByText("有 1 处内容两边改得不一样，等您裁定。")).toBeVisible();
    await one.getByRole("link", { name: "去裁定" }).click();
    await expect(one.getByRole("button", { name: "采用“她的”" })).toBeVisible();
    await expect(one.getByRole("button", { name: "采用“我的”" })).toBeVisible();
  }
  await page.getByRole("button", { name: "采用“她的”" }).click();
  await expect(page.getByRole("button", { name: /^采用“/ })).toHaveCount(0);
  await allElsewhere(page);
  await syncNow(hers);
  for (const one of [page, hers]) {
    await goTo(one, "数据");
    await expect(one.getByRole("button", { name: /^采用“/ })).toHaveCount(0);
    await openCustomer(one, OURS);
    await expect(fact(one, "简称")).toContainText("她的");
  }
});

test("what still waits can be taken along as a file that any device opens", async ({ page, device, endpoint }) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const hers = await device();
  await joinBy(hers, await endpoint.link(PHONE));
  await allElsewhere(hers);
  await page.context().setOffline(true);
  await addCustomer(page, OURS);
  await waits(page);
  await goToSync(page);
  await page.getByText(begins(page, "待送出")).last().click();
  await expect(page.getByRole("link", { name: new RegExp(OURS) })).toBeVisible();
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "存成文件" }).click();
  const file = await started;
  expect(file.suggestedFilename()).toMatch(/^kehu-outbox-.*\.json$/);
  const bytes = await readFile(await file.path());

  await goToOpen(hers);
  await chooseBackup(hers, backupFile(bytes, "待送出.json"));
  await bringInAll(hers);
  await goTo(hers, "客户");
  await expect(hers.getByRole("link", { name: OURS })).toBeVisible();
  await page.context().setOffline(false);
  await allElsewhere(page);
});

test("of two tabs one does it; when it is closed, the other goes on", async ({ page, context, endpoint }) => {
  await startEmpty(page, "晨光商贸", endpoint.server.address);
  await setUp(page, await endpoint.link(OFFICE, "--may-invite"));
  const other = await context.newPage();
  let asked = 0;
  other.on("request", (request) => {
    if (request.url().includes("/sync/v1/")) asked += 1;
  });
  await openApp(other, `${endpoint.server.address}/customers`);
  await allElsewhere(other);
  await addCustomer(other, OURS);
  await allElsewhere(other);
  await allElsewhere(page);
  expect(asked).toBe(0);
  await page.close();
  await addCustomer(other, "晚亭酒楼");
  await allElsewhere(other);
  expect(asked).toBeGreaterThan(0);
});

test("a token that is cut off, or a link to nowhere, is told at once", async ({ page, endpoint }) => {
  await openApp(page, `${endpoint.server.address}/data/sync`);
  await page.getByLabel("令牌").fill("kehu.acme.d4k2");
  await page.getByRole("button", { name: say(page, "继续") }).click();
  await expect(page.getByRole("alert")).toContainText("这不是完整的令牌");
  await openApp(page, `${endpoint.server.address}/data/sync#join=abc`);
  await expect(page.getByRole("alert")).toContainText("这条链接不完整");
  expect(page.url()).not.toContain("join");
});
