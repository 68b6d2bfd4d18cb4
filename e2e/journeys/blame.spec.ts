import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { changes, expect, expectNoAxeFindings, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";
import { worktreePath } from "../fixture/worktree-path.ts";

test("two chats and a hand edit in one file: each line shows its author and links to its turn", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "append First line to README.md");
  await settled(page);
  const panel = changes(page);
  const row = panel.getByRole("row", { name: "README.md" });
  await expect(row).toContainText("boocode");

  await appendFile(join(await worktreePath(daemon), "README.md"), "By hand\n");
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  await expect(row).toContainText("you");
  await expect(panel.getByRole("heading")).toHaveText("Changes from you, boocode");

  await page.getByRole("button", { name: "New tab" }).click();
  await expect(transcript(page)).toBeHidden();
  await send(page, "append Second line to README.md");
  await settled(page);

  await row.getByRole("button", { expanded: false }).click();
  const written = panel.getByRole("button", { name: /^Written by/ });
  await expect(written).toHaveCount(3);
  const names = await written.evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
  expect(names).toEqual([
    "Written by boocode: append First line to README.md",
    "Written by you, by hand",
    "Written by boocode: append Second line to README.md",
  ]);
  await expectNoAxeFindings(page);

  await written.first().click();
  const popup = page.getByRole("dialog", { name: /Written by/ });
  await expect(popup).toContainText("append First line to README.md");
  await page.keyboard.press("Escape");
  await expect(popup).toBeHidden();
  await expect(written.first()).toBeFocused();
  await written.first().click();
  await popup.getByRole("button", { name: "Go to this turn" }).click();
  await expect(page.getByRole("tab", { name: /First line/ })).toHaveAttribute("aria-selected", "true");
  await expect(transcript(page).getByTestId("prompt").last()).toContainText("append First line");

  await transcript(page).getByRole("button", { name: "1 file changed" }).click();
  const tab = page.getByRole("tab", { name: "Changes of a turn" });
  await expect(tab).toHaveAttribute("aria-selected", "true");
  await expect(panel.getByRole("heading")).toHaveText("Changes of a turn of boocode");
  await expect(panel).toContainText("added: First line");
  await expect(panel).toContainText("Others changed this file too");
  await expect(panel).not.toContainText("By hand");
  await expectNoAxeFindings(page);
  await page.reload();
  await expect(panel).toContainText("added: First line");
  await panel.getByRole("button", { name: "All changes" }).click();
  await expect(panel).toContainText("added: By hand");
  await page.getByRole("tab", { name: "Changes", selected: true }).press("Delete");
  await expect(transcript(page)).toBeVisible();
});

test("changes made on disk are shown when the window regains focus", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "create a file made.md that says made");
  await settled(page);
  await expect(changes(page).getByRole("row", { name: "made.md" })).toBeVisible();
  await appendFile(join(await worktreePath(daemon), "mine.md"), "mine\n");
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(changes(page).getByRole("row", { name: "mine.md" })).toContainText("you", { timeout: 500 });
  }).toPass();
});
