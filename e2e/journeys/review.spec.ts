import { changes, expect, expectNoAxeFindings, message, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test("a comment on a line stays with it, waits above the composer, and goes to the agent with the next prompt", async ({
  page,
  daemon,
}) => {
  await openDemo(page, daemon);
  await send(page, "append First line to README.md");
  await settled(page);
  const panel = changes(page);
  await panel.getByRole("row", { name: "README.md" }).getByRole("button", { expanded: false }).click();
  const line = panel.getByRole("row").filter({ hasText: "added: First line" });
  await line.hover();
  await line.getByRole("button", { name: /^Comment on line/ }).click();
  const field = panel.getByRole("textbox", { name: "Comment" });
  await expect(field).toBeFocused();
  await expectNoAxeFindings(page);
  await field.fill("Say it in capitals");
  await field.press("Control+Enter");
  await expect(field).toBeHidden();
  await expect(panel).toContainText("Say it in capitals");
  const chips = page.getByRole("list", { name: "Comments on changed lines" });
  await expect(chips.getByRole("listitem")).toHaveText([/README\.md:\d+\s*Say it in capitals/]);

  await line.hover();
  await line.getByRole("button", { name: /^Comment on line/ }).click();
  await field.fill("Not this one");
  await panel.getByRole("button", { name: "Add comment" }).click();
  await expect(chips.getByRole("listitem")).toHaveCount(2);
  await chips
    .getByRole("button", { name: /^Remove the comment on README\.md/ })
    .last()
    .click();
  await expect(chips.getByRole("listitem")).toHaveCount(1);
  await expect(panel).not.toContainText("Not this one");
  await page.reload();
  await expect(chips.getByRole("listitem")).toHaveCount(1);
  await expectNoAxeFindings(page);
  // From the keyboard.
  await panel
    .getByRole("row", { name: "README.md" })
    .getByRole("button", { name: /README\.md/ })
    .focus();
  await page.keyboard.press("ArrowRight");
  await expect(line).toBeVisible();
  await page.keyboard.press("c");
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();

  // Comments alone are a prompt, too.
  await message(page).press("Enter");
  const prompt = transcript(page).getByTestId("prompt").last();
  await expect(prompt).toContainText("Comments on changed lines:");
  await expect(prompt).toContainText("> First line");
  await expect(prompt).toContainText("Say it in capitals");
  await expect(chips).toBeHidden();
  await settled(page);
});

test("a file stays viewed until it changes", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "create a file made.md that says made");
  await settled(page);
  const row = changes(page).getByRole("row", { name: "made.md" });
  const mark = row.getByRole("checkbox", { name: "Viewed" });
  await mark.click();
  await expect(mark).toBeChecked();
  await page.reload();
  await expect(mark).toBeChecked();
  // From the keyboard, too.
  await row.getByRole("button", { name: /made\.md/ }).focus();
  await page.keyboard.press("v");
  await expect(mark).not.toBeChecked();
  await page.keyboard.press("v");
  await expect(mark).toBeChecked();
  await expectNoAxeFindings(page);
  await send(page, "append More to made.md");
  await settled(page);
  await expect(row).toContainText("+2");
  await expect(mark).not.toBeChecked();
});
