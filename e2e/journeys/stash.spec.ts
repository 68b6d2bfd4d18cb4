import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, message, openSettings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("a stash that conflicts shows what stands against each other and writes nothing; applied, it can be undone", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\nlast\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "append By the agent to notes.md");
  await settled(page);
  await repository.git("-C", await worktreeOf(repository), "add", "notes.md");
  await page.getByRole("main").getByRole("button", { name: "Session actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog", { name: "Delete session" }).getByRole("button", { name: "Stash and delete" }).click();
  await expect(page.getByText("its files are stashed")).toBeVisible();

  await page.getByRole("button", { name: "New session" }).first().click();
  await expect(message(page)).toBeVisible();
  await send(page, "append Something else to notes.md");
  await settled(page);
  const worktree = await worktreeOf(repository);
  const read = () => readFile(join(worktree, "notes.md"), "utf8");
  const before = await read();
  const apply = async () => {
    await openSettings(page, "Worktrees");
    await page.getByRole("list", { name: "Stashes" }).getByRole("combobox").click();
    await page.getByRole("option", { name: /append Something else/ }).click();
  };
  await apply();
  const dialog = page.getByRole("dialog", { name: "notes.md is in conflict" });
  await expect(dialog).toContainText("The same lines were changed in the session's worktree.");
  const conflict = dialog.getByRole("region", { name: /^Conflict at line/ });
  for (const words of ["Something else", "By the agent", "In the session's worktree", "In the stash"])
    await expect(conflict).toContainText(words);
  await expectNoAxeFindings(page);
  await dialog.getByRole("button", { name: "Open the session" }).click();
  await expect(message(page)).toBeVisible();
  expect(await read()).toBe(before);

  await writeFile(join(worktree, "notes.md"), "# Notes\nlast\n");
  await apply();
  const note = page.getByRole("listitem").filter({ hasText: "1 file from the stash is in the session" });
  await expect(note).toBeVisible();
  expect(await read()).toContain("By the agent");
  const staged = () => repository.git("-C", worktree, "diff", "--cached", "--name-only");
  expect(await staged()).toBe("notes.md");
  await note.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Took back from a stash: notes.md")).toBeVisible();
  expect([await read(), await staged()]).toEqual(["# Notes\nlast\n", ""]);
  await expect(changes(page)).toContainText("No changes are pending");

  // What is dropped and brought back here, another browser shows without being asked.
  const second = await page.context().newPage();
  await second.goto(page.url());
  await openSettings(second, "Worktrees");
  const listed = second.getByRole("list", { name: "Stashes" });
  await expect(listed).toBeVisible();
  await openSettings(page, "Worktrees");
  await page.getByRole("list", { name: "Stashes" }).getByRole("button", { name: /^Drop/ }).click();
  await page.getByRole("dialog", { name: "Drop this stash?" }).getByRole("button", { name: "Drop", exact: true }).click();
  await expect(listed).toBeHidden();
  await expect(second.getByText("Dropped: 1 stash")).toBeVisible();
  await page.getByText("Dropped: 1 stash").click();
  await page.getByRole("button", { name: /^Bring back/ }).click();
  await expect(listed).toBeVisible();
});
