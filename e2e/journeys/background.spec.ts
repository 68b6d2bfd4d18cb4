import { expect, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test("a background process is listed under its turn and in the session, and can be ended there", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "run sh -c 'setsid sleep 530 >/dev/null 2>&1 & setsid sleep 531 >/dev/null 2>&1 &'");
  await settled(page);
  const foot = transcript(page).getByRole("list", { name: "Still running" });
  await expect(foot).toContainText("sleep 530");
  await expect(foot).toContainText("sleep 531");
  await foot.getByRole("button", { name: "End sleep 530" }).click();
  await expect(foot).not.toContainText("sleep 530");
  await page.reload();
  await expect(foot).toContainText("sleep 531");
  await foot.getByRole("button", { name: "End sleep 531" }).click();
  await expect(foot).toHaveCount(0);
});
