import { createRepository } from "@boocode/testkit/repo-builder";
import { access, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("F12 a lock that a git left behind is shown with its age, and removed only on the person's word", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "list files");
  await settled(page);
  const gitDir = await repository.git("-C", await worktreeOf(repository), "rev-parse", "--absolute-git-dir");
  const lock = join(gitDir, "index.lock");
  await writeFile(lock, "");
  const tenMinutesAgo = Date.now() / 1_000 - 600;
  await utimes(lock, tenMinutesAgo, tenMinutesAgo);
  const notice = page.getByRole("alert", { name: "Git lock" });
  await expect(notice).toBeHidden();

  await send(page, "list files");
  await settled(page);
  await expect(notice).toContainText("10 minutes");
  await expect(notice).toContainText(lock);
  await expectNoAxeFindings(page);
  await notice.getByRole("button", { name: "Remove the lock…" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove git's lock?" });
  await expect(dialog).toContainText("The file below is deleted");
  await expectNoAxeFindings(page);
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(dialog).toBeHidden();
  await access(lock);

  await notice.getByRole("button", { name: "Remove the lock…" }).click();
  await dialog.getByRole("button", { name: "Remove the lock" }).click();
  await expect(dialog).toBeHidden();
  await expect(notice).toBeHidden();
  await expect(access(lock)).rejects.toMatchObject({ code: "ENOENT" });
});
