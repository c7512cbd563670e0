// The battery dies while I save: whatever the app had called saved is there when I open it again.
import type { Page } from "@playwright/test";
import { expect, test } from "../helpers/test";
import { Random } from "../data/random";
import { addCustomer, countShown } from "../pages/customers";
import { goTo, openApp, startEmpty } from "../pages/shell";

const ROUNDS = 20;

test(`a browser killed while saving, ${ROUNDS} times, loses nothing it had acknowledged`, async ({ profile, server }) => {
  test.setTimeout(400_000);
  const random = new Random(2026);
  const acknowledged: string[] = [];
  const beginning = await (await profile.open()).newPage();
  await startEmpty(beginning, "晨光商贸", server.address);
  await profile.kill();

  for (let round = 1; round <= ROUNDS; round += 1) {
    const page = await (await profile.open()).newPage();
    await openApp(page, server.address);
    await expectEverybody(page, acknowledged);
    const first = `客户${round}`;
    await addCustomer(page, first);
    acknowledged.push(first);
    const moment = after(random.below(1200));
    const killed = moment.then(() => profile.kill());
    await saveUntil(page, round, acknowledged, moment);
    await killed;
  }

  const last = await (await profile.open()).newPage();
  await openApp(last, server.address);
  await expectEverybody(last, acknowledged);
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS);
});

/** Adds customers until the browser is gone, soon after `end`; those the app had called saved are noted as they come. */
async function saveUntil(page: Page, round: number, acknowledged: string[], end: Promise<void>): Promise<void> {
  let isEnding = false;
  void end.then(() => (isEnding = true));
  for (let number = 1; !page.isClosed(); number += 1) {
    const name = `客户${round}-${number}`;
    try {
      await addCustomer(page, name);
      acknowledged.push(name);
    } catch (reason) {
      // Only the end of the browser may end the work.
      if (!isEnding) throw reason;
      return;
    }
  }
}

/** All acknowledged customers are in the list, and the app has no complaint about its storage. */
async function expectEverybody(page: Page, acknowledged: readonly string[]): Promise<void> {
  await expect(page.getByRole("heading", { name: "数据没有如常打开" })).toHaveCount(0);
  if (acknowledged.length === 0) return;
  await goTo(page, "客户");
  expect(await countShown(page)).toBeGreaterThanOrEqual(acknowledged.length);
  const search = page.getByRole("searchbox", { name: "查找客户" });
  for (const name of acknowledged.slice(-6)) {
    await search.fill(name);
    await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  }
  await goTo(page, "数据");
  await expect(page.getByText("每一份校验都正确")).toBeVisible();
}

/** A moment that nothing on the page decides. */
function after(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
