import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, message, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

test("a plan changes nothing, and is carried out by one click", async ({ page, home }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, await home.start(), repository.path);
  const mode = page.getByRole("combobox", { name: "Mode", exact: true });
  await mode.click();
  // Whoever goes on at once to write keeps the focus while the list closes.
  const plan = page.getByRole("option", { name: /^Plan/ });
  await plan.evaluate((option: HTMLElement) => {
    option.click();
    document.querySelector("textarea")!.focus();
  });
  await expect(plan).toHaveCount(0);
  await expect(message(page)).toBeFocused();
  await expect(mode).toContainText("Plan");
  await send(page, 'append "One" to notes.md and create a file new.md that says "Hello"');
  await settled(page);
  await expect(transcript(page)).toContainText("Append 1 line to notes.md");
  await expect(transcript(page)).toContainText("This is a plan; it changed nothing.");
  await expect(changes(page)).toContainText("No changes yet");
  await expectNoAxeFindings(page);

  await transcript(page).getByRole("button", { name: "Do it", exact: true }).click();
  await expect(transcript(page).getByTestId("prompt").last()).toContainText("Carry out this plan.");
  await settled(page);
  await expect(changes(page).getByRole("row", { name: "notes.md", exact: true })).toBeVisible();
  await expect(changes(page).getByRole("row", { name: "new.md", exact: true })).toBeVisible();
  // What follows is asked in the mode it was carried out in, and the plan is not offered again.
  await expect(mode).toContainText("Auto");
  await expect(transcript(page).getByRole("button", { name: /^Do it/ })).toHaveCount(0);

  // The next plan waits for review where the person says so.
  await mode.click();
  await page.getByRole("option", { name: /^Plan/ }).click();
  await send(page, "delete new.md");
  await settled(page);
  await transcript(page).getByRole("button", { name: "Do it in Review" }).click();
  await expect(changes(page).getByRole("row", { name: "new.md, staged" })).toBeVisible();
  await expect(mode).toContainText("Review");
});
