import { createRepository } from "@boocode/testkit/repo-builder";
import type { Page } from "@playwright/test";
import { access, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectNoAxeFindings, message, openSettings, send, settled, stop, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";
import { snapshot } from "../fixture/snapshot.ts";

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "Delete session" });
const navigation = (page: Page) => page.getByRole("navigation", { name: "Sessions" });
const rows = (page: Page) => navigation(page).getByRole("listitem").getByRole("link");

async function askDelete(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Session actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
}

test("a delete shows what is only there, a stash is not enough for a commit, and a forced one is undone byte for byte", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n", ".gitignore": "*.secret\n.env\n" });
  await openPath(page, daemon, repository.path);
  // A session that was never used goes at once.
  await page.getByRole("button", { name: "New session" }).first().click();
  await expect(rows(page)).toHaveCount(2);
  // A new session takes the focus for its first message.
  await expect(message(page)).toBeFocused();
  await rows(page).first().press("Delete");
  await expect(rows(page)).toHaveCount(1);
  await expect(dialogOf(page)).toBeHidden();

  await send(page, "create a file notes.md that says Kept safe");
  await settled(page);
  const address = page.url();
  const worktree = await worktreeOf(repository);
  await repository.git("-C", worktree, "add", "notes.md");
  await repository.git("-C", worktree, "commit", "--quiet", "--message", "Write notes");
  await writeFile(join(worktree, "README.md"), "# Changed by hand\n");
  await writeFile(join(worktree, "half.md"), "half staged");
  await repository.git("-C", worktree, "add", "half.md");
  await writeFile(join(worktree, "half.md"), "half staged, half not");
  await writeFile(join(worktree, ".env"), "KEY=1");
  await writeFile(join(worktree, "other.secret"), "ignored");
  const before = await snapshot(repository, worktree);

  const dialog = dialogOf(page);
  await askDelete(page);
  await expect(dialog).toContainText("3 files and 1 commit exist only here");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "2 changed files" }).click();
  await dialog.getByRole("button", { name: "README.md", exact: true }).click();
  await expect(dialog.getByRole("group", { name: "Diff of README.md" })).toContainText("Changed by hand");
  await dialog.getByRole("button", { name: "1 ignored file" }).click();
  await expect(dialog.getByRole("listitem").filter({ hasText: ".env" }).last()).toBeVisible();
  await dialog.getByRole("button", { name: "1 commit not in main" }).click();
  await expect(dialog).toContainText("Write notes");
  await expectNoAxeFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoAxeFindings(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("main").getByRole("button", { name: "Session actions" })).toBeFocused();

  // A stash keeps the files, but not the commit and not what git ignores.
  await askDelete(page);
  await dialog.getByRole("button", { name: "Stash and delete" }).click();
  await expect(dialog.getByRole("status")).toHaveText(
    "The files are stashed. Nothing was deleted: a stash does not hold the ignored file and the commit.",
  );
  await expect(dialog).toContainText("1 file and 1 commit exist only here");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await openSettings(page, "Worktrees");
  const stash = page.getByRole("list", { name: "Stashes" }).getByRole("listitem");
  await expect(stash).toContainText("2 files");
  await stash.getByRole("combobox").click();
  await page.getByRole("option", { name: /create a file notes/ }).click();
  await expect(page.getByText("2 files from the stash are in the session")).toBeVisible();
  expect(await snapshot(repository, worktree)).toMatchObject({ "half.md": before["half.md"], "README.md": before["README.md"] });

  // What was shown is no longer what is there.
  await askDelete(page);
  await expect(dialog).toContainText("1 commit");
  await writeFile(join(worktree, "other.secret"), "changed since");
  await writeFile(join(worktree, "late.md"), "late");
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await expect(dialog.getByRole("status")).toContainText("Something changed since this was shown. Nothing was deleted");
  await expect(dialog).toContainText("4 files and 1 commit exist only here");
  await access(join(worktree, "late.md"));
  const changed = await snapshot(repository, worktree);
  expect(changed).not.toEqual(before);

  const second = await page.context().newPage();
  await second.goto(address);
  await expect(message(second)).toBeVisible();
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await expect(dialog).toBeHidden();
  await expect(rows(page)).toHaveCount(0);
  await expect(access(worktree)).rejects.toMatchObject({ code: "ENOENT" });
  await expect(navigation(page).getByRole("link", { name: "Trash, 1 session" })).toBeVisible();
  // The other browser is told what happened.
  await expect(second.getByRole("main")).toContainText("was deleted");
  // The toast stays while it is pointed at.
  const undo = page.getByRole("listitem").filter({ hasText: "is deleted" }).getByRole("button", { name: "Undo" });
  await undo.hover();
  await expectNoAxeFindings(second);
  await undo.click();
  await expect(message(page)).toBeVisible();
  expect(await snapshot(repository, worktree)).toEqual(changed);
  await expect(message(second)).toBeVisible();
  await second.close();
});

test("what cannot be read is not called safe; what was deleted is found in the trash, and goes for good only on a red button", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "create a file notes.md that says Kept safe");
  await settled(page);
  const worktree = await worktreeOf(repository);
  const gitDir = await repository.git("-C", worktree, "rev-parse", "--absolute-git-dir");
  await writeFile(join(gitDir, "index"), "no index");

  const dialog = dialogOf(page);
  await askDelete(page);
  await expect(dialog).toContainText("Not everything could be read");
  await expect(dialog.getByRole("list", { name: "What could not be read" }).getByRole("listitem").first()).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(dialog.getByRole("button", { name: "Stash and delete" })).toHaveCount(0);
  await expect(dialog.getByRole("link")).toHaveCount(0);
  await expectNoAxeFindings(page);
  await dialog.getByRole("button", { name: "Look again" }).click();
  await expect(dialog.getByRole("status")).toContainText("it still cannot be read");
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await expect(rows(page)).toHaveCount(0);

  await navigation(page).getByRole("link", { name: "Trash, 1 session" }).click();
  const entry = page.getByRole("list", { name: "Trash" }).getByRole("listitem");
  await expect(entry).toContainText("create a file notes.md");
  await expect(entry).toContainText("Its folder is kept until");
  await expect(entry).toContainText(/\d kB/);
  await expectNoAxeFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoAxeFindings(page);
  await entry.getByRole("button", { name: /^Restore/ }).click();
  await expect(message(page)).toBeVisible();
  await access(join(worktree, "notes.md"));

  await askDelete(page);
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await navigation(page).getByRole("link", { name: "Trash, 1 session" }).click();
  await entry.getByRole("button", { name: /^Purge/ }).click();
  const purge = page.getByRole("dialog", { name: /^Purge/ });
  await expect(purge).toContainText("Its folder with every file");
  await expect(purge.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expectNoAxeFindings(page);
  await purge.getByRole("button", { name: "Purge for good" }).click();
  await expect(purge).toBeHidden();
  await expect(page.getByText("The trash is empty")).toBeVisible();
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
  await expectNoAxeFindings(page);
  expect(await repository.git("for-each-ref", "refs/boocode")).toBe("");
});

test("a session whose folder was removed while its agent runs is stopped, deleted and brought back", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "create a file notes.md that says Kept safe");
  await settled(page);
  const worktree = await worktreeOf(repository);
  const dialog = dialogOf(page);
  await send(page, "run sleep 1000");
  await expect(stop(page)).toBeVisible();
  await askDelete(page);
  await expect(dialog).toContainText("A message is running or waiting");
  await dialog.getByRole("button", { name: "Stop and look again" }).click();
  await expect(dialog).not.toContainText("A message is running or waiting");
  await expect(dialog).toContainText("1 file exists only here");
  await page.keyboard.press("Escape");

  await send(page, "run sleep 1000");
  await expect(stop(page)).toBeVisible();
  await rm(worktree, { recursive: true });
  await expect(page.getByRole("alert", { name: "Worktree" })).toBeVisible();
  await settled(page);
  await askDelete(page);
  await expect(dialog).toContainText("its folder is gone");
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await expect(dialog).toBeHidden();
  await expect(rows(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(transcript(page)).toContainText("run sleep 1000");
  await page.getByRole("alert", { name: "Worktree" }).getByRole("button", { name: "Restore the last checkpoint" }).click();
  await expect(page.getByRole("alert", { name: "Worktree" })).toBeHidden();
  expect(await readFile(join(worktree, "notes.md"), "utf8")).toContain("Kept safe");
});

test("the daemon dies in the middle of a delete: the page comes back, says so, and the session is whole", async ({
  page,
  home,
  daemon,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "create a file notes.md that says Kept safe");
  await settled(page);
  const worktree = await worktreeOf(repository);
  const before = await snapshot(repository, worktree);
  // A program that does not end when asked keeps the deletion from being over.
  await send(page, `run sh -c "setsid sh -c 'trap : TERM; while :; do sleep 1; done' >/dev/null 2>&1 &"`);
  await settled(page);
  const dialog = dialogOf(page);
  await askDelete(page);
  await expect(dialog).toContainText("A program still runs in its folder");
  const second = await page.context().newPage();
  await second.goto(page.url());
  await expect(message(second)).toBeVisible();
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await expect(navigation(second)).toContainText("Deleting…");
  await expect(rows(second)).toHaveCount(0);
  await daemon.kill();
  await expect(dialog).toContainText("BooCode does not answer");
  await home.start();
  await expect(page.getByRole("alert", { name: "Connection" })).toBeHidden();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog).toContainText("exists only here");
  expect(await snapshot(repository, worktree)).toEqual(before);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(rows(second)).toHaveCount(1);
  await second.close();

  // With nothing but files, a stash is enough; its undo brings them back too.
  await askDelete(page);
  await dialog.getByRole("button", { name: "Stash and delete" }).click();
  await expect(rows(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("with the files of its stash")).toBeVisible();
  expect(await snapshot(repository, worktree)).toEqual(before);
});
