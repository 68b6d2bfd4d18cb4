import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, send, settled, stop, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("a turn is restored in a session with two chats and a hand edit: only what it wrote, asking over later work, and undoable", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "append First to notes.md");
  await settled(page);
  await send(page, "create a file made.md that says made");
  await settled(page);
  const tree = await worktreeOf(repository);
  const worktree = (name: string) => readFile(join(tree, name), "utf8");
  await appendFile(join(tree, "made.md"), "By hand\n");
  const made = await worktree("made.md");
  const panel = changes(page);
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  await expect(panel.getByRole("row", { name: "made.md" })).toContainText("you");
  await page.getByRole("button", { name: "New tab" }).click();
  await expect(transcript(page)).toBeHidden();
  await send(page, "append Second to notes.md");
  await settled(page);

  // The other chat's turn goes alone.
  const restore = transcript(page).getByRole("button", { name: "Restore to before this turn" });
  await restore.click();
  await expect(page.getByText("Restored notes.md", { exact: true })).toBeVisible();
  expect(await worktree("notes.md")).toBe("# Notes\nFirst\n");
  expect(await worktree("made.md")).toBe(made);
  await expect(transcript(page).getByTestId("judgement")).toContainText("You restored notes.md to before this turn");

  // Later work over a turn is shown with its author, and nothing happens without consent.
  await page.getByRole("tab", { name: /First/ }).click();
  await restore.last().click();
  const dialog = page.getByRole("dialog", { name: "1 file changed again after this turn" });
  await expect(dialog.getByRole("list", { name: "Files with later work" })).toContainText("made.md");
  await expect(dialog.getByRole("list", { name: "Files with later work" })).toContainText("you");
  await expectNoAxeFindings(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await worktree("made.md")).toBe(made);
  await restore.last().click();
  await dialog.getByRole("button", { name: "Restore anyway" }).click();
  await expect(page.getByText("Restored made.md", { exact: true })).toBeVisible();
  await expect(worktree("made.md")).rejects.toThrow("ENOENT");
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(page.getByText("Took back restoring made.md", { exact: true })).toBeVisible();
  expect(await worktree("made.md")).toBe(made);
  await expect(panel.getByRole("row", { name: "made.md" })).toContainText("you");

  // While a turn runs, nothing is restored or rejected, and the buttons say why.
  await send(page, "count to 10000");
  await expect(stop(page)).toBeVisible();
  await expect(restore.last()).toHaveAttribute("aria-disabled", "true");
  await expect(restore.last()).toHaveAttribute("aria-description", /is working in the same files/);
  await expect(panel).toContainText("Its changes are listed as its tools end, and all of them when its turn ends.");
  const reject = panel.getByRole("row", { name: "made.md" }).getByRole("button", { name: "Reject" });
  await expect(reject).toHaveAttribute("aria-description", /is working in the same files/);
  await panel.getByRole("row", { name: "made.md" }).getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Applied made.md", { exact: true })).toBeVisible();
  expect(await readFile(join(repository.path, "made.md"), "utf8")).toBe(made);
  await stop(page).click();
  await settled(page);
});
