// Who works here and what they may do: posts can be changed later, and authority follows them.
import { test, expect } from "./helpers/test";
import { addStaff, become } from "./pages/settings";
import { startEmpty } from "./pages/shell";

test("a new post brings its authority, and nobody reports to themselves", async ({ page }) => {
  await startEmpty(page, "明德办公");
  await addStaff(page, "高敏", ["客户关系专员"]);
  await addStaff(page, "陆云", ["客户关系专员"]);
  await become(page, "陆云");
  const authority = page.getByRole("region", { name: "我的审批权限" });
  await expect(authority).toContainText("您的岗位没有审批事项");

  await page.getByRole("button", { name: "修改“陆云”" }).click();
  const dialog = page.getByRole("dialog", { name: "修改“陆云”" });
  await expect(dialog.getByRole("textbox", { name: "姓名" })).toHaveValue("陆云");
  await expect(dialog.getByLabel("直接上级").getByRole("option")).toHaveText(["无", "高敏"]);
  await dialog.getByRole("checkbox", { name: "客户关系专员", exact: true }).uncheck();
  await dialog.getByRole("checkbox", { name: "客户服务部经理", exact: true }).check();
  await dialog.getByRole("button", { name: "保存" }).click();
  await expect(dialog).toBeHidden();

  const plan = authority.getByRole("listitem").filter({ hasText: "F-3.2-2" });
  await expect(plan).toContainText("预算超过 5,000 元，由总监或总经理批准。");
  await expect(plan).not.toContainText("1,000 元");

  await page.reload();
  await expect(plan).toContainText("5,000");
  await plan.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("客户接待");
});
