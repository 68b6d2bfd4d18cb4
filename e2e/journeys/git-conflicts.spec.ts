import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("a commit that a hook refuses says so and keeps its message; a rebase in conflict is taken back, then resolved", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "a.txt": "one\n" });
  const hook = join(repository.path, ".git/hooks/pre-commit");
  await mkdir(join(repository.path, ".git/hooks"), { recursive: true });
  await writeFile(hook, "#!/bin/sh\necho 'The tests are red.'\nexit 1\n");
  await chmod(hook, 0o755);
  await page.addInitScript(() => localStorage.setItem("boocode.terminal.reader", "true"));
  await openPath(page, daemon, repository.path);
  await page.getByRole("group", { name: "Trust" }).getByRole("button", { name: "Look at the files" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Trust", exact: true }).click();
  await send(page, 'create a file notes.md that says "Hello"');
  await settled(page);
  const worktree = await worktreeOf(repository);
  await writeFile(join(worktree, "a.txt"), "mine\n");

  await page.getByRole("button", { name: /^Branch .*, show git$/ }).click();
  const git = page.getByRole("region", { name: "Git" });
  const words = git.getByRole("textbox", { name: "Commit message" });
  await words.fill("Mine");
  await git.getByRole("button", { name: "Commit 2 files" }).click();
  await expect(git.getByRole("status")).toContainText(/did not|refused|failed|hook/i);
  await git.getByRole("button", { name: "Show the terminal" }).click();
  await expect(page.getByRole("region", { name: "Terminal" }).locator(".xterm-accessibility-tree")).toContainText("The tests are red.");
  await writeFile(hook, "#!/bin/sh\nexit 0\n");
  await expect(words).toHaveValue("Mine");
  await git.getByRole("button", { name: "Commit 2 files" }).click();
  await expect(git).toContainText("Everything is committed.");

  await repository.write({ "a.txt": "theirs\n", "theirs.md": "theirs\n" });
  await repository.commit("Theirs");
  const conflicts = git.getByRole("region", { name: "Conflicts" });
  const rebase = async () => {
    await git.getByRole("button", { name: "Update from base…" }).click();
    const dialog = page.getByRole("dialog", { name: "Update from base" });
    await dialog.getByText("Rebase", { exact: true }).first().click();
    await expect(dialog.getByRole("listitem")).toContainText("Theirs");
    await expectNoAxeFindings(page);
    await dialog.getByRole("button", { name: "Rebase", exact: true }).click();
    await expect(conflicts).toContainText("Git is in the middle of a rebase");
    await expect(conflicts.getByRole("listitem")).toHaveText("a.txt");
  };
  const subjects = () => repository.git("-C", worktree, "log", "--format=%s");
  await rebase();
  await expectNoAxeFindings(page);
  await conflicts.getByRole("button", { name: "Abort" }).click();
  await expect(conflicts).toBeHidden();
  expect(await readFile(join(worktree, "a.txt"), "utf8")).toBe("mine\n");
  expect((await subjects()).split("\n")[0]).toBe("Mine");

  await rebase();
  await conflicts.getByRole("button", { name: "a.txt", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Text of a.txt" })).toContainText("<<<<<<<");
  await conflicts.getByRole("button", { name: "Hand to an agent…" }).click();
  const handed = conflicts.getByRole("textbox", { name: "Message to the agent" });
  await expect(handed).toHaveValue(/rebase[^]*a\.txt/);
  await conflicts.getByRole("button", { name: "Send to the chat" }).click();
  await expect(transcript(page).getByTestId("prompt").last()).toContainText("a.txt");
  await settled(page);
  await writeFile(join(worktree, "a.txt"), "both\n");
  await conflicts.getByRole("button", { name: "Continue" }).click();
  await expect(conflicts).toBeHidden();
  expect((await subjects()).split("\n").slice(0, 2)).toEqual(["Mine", "Theirs"]);
  // What came from the base branch is nobody's change here.
  await page.getByRole("tab", { name: "Changes" }).click();
  const changes = page.getByRole("region", { name: "Pending changes" });
  await expect(changes).toContainText("a.txt");
  await expect(changes).toContainText("notes.md");
  await expect(changes).not.toContainText("theirs.md");
});
