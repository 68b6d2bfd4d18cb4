import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("what an agent changed is committed with a message in a visible terminal, and pushed to a remote", async ({ page, daemon }) => {
  await using repository = await createRepository();
  await using remote = await createTempFolder();
  await repository.git("init", "--quiet", "--bare", remote.path);
  await repository.git("remote", "add", "origin", remote.path);
  await page.addInitScript(() => localStorage.setItem("boocode.terminal.reader", "true"));
  await openPath(page, daemon, repository.path);
  await send(page, 'create a file notes.md that says "Hello"');
  await settled(page);

  await page.getByRole("button", { name: /^Branch .*, show git$/ }).click();
  const git = page.getByRole("region", { name: "Git" });
  await expect(git).toContainText("Not pushed yet");
  await expect(git.getByRole("checkbox", { name: /notes\.md/ })).toBeChecked();
  await expect(git.getByRole("button", { name: "Commit 1 file" })).toBeDisabled();
  await git.getByRole("button", { name: "Propose" }).click();
  const words = git.getByRole("textbox", { name: "Commit message" });
  await expect(words).toHaveValue("Add notes.md");
  await expectNoAxeFindings(page);
  await words.fill("Say hello");
  // A look at the changes, and a reload, take nothing of what was written.
  await page.getByRole("tab", { name: "Changes" }).click();
  await page.getByRole("tab", { name: "Git", exact: true }).click();
  await expect(words).toHaveValue("Say hello");
  await page.reload();
  await expect(words).toHaveValue("Say hello");
  await words.press("Control+Enter");
  await expect(git).toContainText("Everything is committed.");
  const worktree = await worktreeOf(repository);
  expect(await repository.git("-C", worktree, "log", "-1", "--format=%s by %an")).toBe("Say hello by Test Person");
  // What is committed waits for its judgement as before.
  await page.getByRole("tab", { name: "Changes" }).click();
  await expect(page.getByRole("region", { name: "Pending changes" })).toContainText("notes.md");
  await page.getByRole("tab", { name: "Git", exact: true }).click();

  await git.getByRole("button", { name: "Push" }).click();
  await expect(git).toContainText(/Pushed to origin\/boocode/);
  await expect(git.getByRole("button", { name: "Push" })).toBeDisabled();
  const branch = await repository.git("-C", worktree, "branch", "--show-current");
  expect(await repository.git("--git-dir", remote.path, "log", "-1", "--format=%s", branch)).toBe("Say hello");
  await page.getByRole("tab", { name: "git", exact: true }).click();
  const terminal = page.getByRole("region", { name: "Terminal" });
  await expect(terminal.locator(".xterm-accessibility-tree")).toContainText("git push --set-upstream");
});
