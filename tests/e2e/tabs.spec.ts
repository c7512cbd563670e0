// I have two tabs open: what I change in one stands in the other.
import { expect, test } from "./helpers/test";
import { addCustomer, editCustomer, fact, openCustomer } from "./pages/customers";
import { goTo, openApp, saved, startEmpty } from "./pages/shell";

test("an edit in one tab appears in the other, both ways", async ({ page, context }) => {
  await startEmpty(page, "晨光商贸");
  await addCustomer(page, "青石茶行");
  const other = await context.newPage();
  await openApp(other);
  await openCustomer(other, "青石茶行");

  await editCustomer(page, { 简称: "青石" });
  await expect(fact(other, "简称")).toContainText("青石");
  await editCustomer(other, { 网址: "qingshi.example" });
  await expect(fact(page, "网址")).toContainText("qingshi.example");

  await addCustomer(page, "晚亭酒楼");
  await goTo(other, "客户");
  await expect(other.getByRole("link", { name: "晚亭酒楼" })).toBeVisible();
  await saved(other);
});

test("what both tabs did is there after both were closed", async ({ page, context }) => {
  await startEmpty(page, "晨光商贸");
  const other = await context.newPage();
  await openApp(other);
  await Promise.all([addCustomer(page, "青石茶行"), addCustomer(other, "晚亭酒楼")]);
  await other.close();
  await page.close();
  const later = await context.newPage();
  await openApp(later, "/customers");
  for (const name of ["青石茶行", "晚亭酒楼"]) await expect(later.getByRole("link", { name })).toBeVisible();
});
