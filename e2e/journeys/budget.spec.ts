import { expect, expectNoAxeFindings, openDemo, openSettings, send, settled, submit, test, transcript } from "../fixture/journey.ts";

test("a used-up budget holds the next message, which is sent anyway or waits until the budget is raised", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  const settings = await openSettings(page, "Usage and budgets");
  const limit = settings.getByRole("textbox", { name: "A session: tokens" });
  await limit.fill("1k");
  await limit.press("Enter");
  await expect(settings.getByRole("status").filter({ hasText: "Saved" })).toHaveCount(1);
  await page.keyboard.press("Escape");
  await send(page, "hello");
  await settled(page);
  const notice = page.getByText(/This session's budget is used up: .* of 1k tokens/);
  await expect(notice).toBeVisible();

  await submit(page, "list the files");
  const row = page.getByRole("list", { name: "Queue" }).getByRole("listitem");
  await expect(row).toContainText("Held by this session's budget");
  await page.reload();
  await expect(row).toContainText("list the files");
  await expectNoAxeFindings(page);
  await expect(page.getByRole("navigation", { name: "Sessions" }).getByText("needs you")).toBeAttached();
  await page.getByRole("link", { name: "Inbox, 1 held message for you" }).click();
  const held = page.getByRole("list", { name: "Held messages" }).getByRole("listitem");
  await expect(held).toContainText("Held by this session's budget");
  await expectNoAxeFindings(page);
  await held.getByRole("link", { name: "list the files" }).click();
  await row.getByRole("button", { name: "Send anyway" }).click();
  await expect(transcript(page).getByTestId("turn-end")).toHaveCount(2);

  await submit(page, "hello again");
  await expect(row).toContainText("hello again");
  await page.getByRole("button", { name: "Raise budget…" }).click();
  const own = page.getByRole("dialog", { name: "This session's budget" });
  await own.getByRole("textbox", { name: "Session: tokens" }).fill("2M");
  await own.getByRole("button", { name: "Done" }).click();
  await expect(transcript(page).getByTestId("turn-end")).toHaveCount(3);
  await expect(notice).toBeHidden();

  await openSettings(page, "Usage and budgets");
  const days = settings.getByRole("region", { name: "Usage by day and agent" });
  await expect(days.getByRole("row").nth(1)).toContainText(/BooCode\s*3/);
  await expect(days.getByRole("row").nth(1)).toContainText("not reported");
  await expectNoAxeFindings(page);
});
