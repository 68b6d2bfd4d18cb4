import { createRepository } from "@boocode/testkit/repo-builder";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { changes, expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("a worktree deleted under an open session is detected, restored from its last checkpoint, and usable again", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "create a file notes/plan.md that says Kept safe");
  await settled(page);
  await expect(changes(page)).toContainText("plan.md");
  const worktree = await worktreeOf(repository);
  const alert = page.getByRole("alert", { name: "Worktree" });

  await rm(worktree, { recursive: true });
  await expect(alert).toContainText("moved or deleted");
  await expectNoAxeFindings(page);
  await page.getByRole("tab", { name: "Session" }).click();
  await expect(page.getByText("The directory was moved or deleted outside BooCode.")).toBeVisible();
  await alert.getByRole("button", { name: "Restore the last checkpoint" }).click();
  await expect(alert).toBeHidden();
  expect(await readFile(join(worktree, "notes/plan.md"), "utf8")).toContain("Kept safe");

  await page.getByRole("tab", { name: "Changes" }).click();
  await send(page, "append Still here to notes/plan.md");
  await settled(page);
  expect(await readFile(join(worktree, "notes/plan.md"), "utf8")).toContain("Still here");

  await rm(worktree, { recursive: true });
  await mkdir(worktree);
  await writeFile(join(worktree, "precious.txt"), "someone's");
  await expect(alert).toContainText("Something else");
  await alert.getByRole("button", { name: "Restore the last checkpoint" }).click();
  await expect(alert).toBeHidden();
  expect(await readFile(join(worktree, "notes/plan.md"), "utf8")).toContain("Still here");
  const trash = join(dirname(worktree), ".trash");
  const kept = (await readdir(trash, { recursive: true })).filter((name) => name.endsWith("precious.txt"));
  expect(kept).toHaveLength(1);
});

test("a turn whose worktree vanishes ends interrupted and says why; another branch is shown", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "list files");
  await settled(page);
  const worktree = await worktreeOf(repository);
  await repository.git("-C", worktree, "switch", "--quiet", "--create", "by-hand");
  await expect(page.getByRole("main").getByText("by-hand")).toBeVisible();

  await send(page, "count to 2000");
  await expect(transcript(page)).toContainText("12");
  await rm(worktree, { recursive: true });
  await settled(page);
  await expect(transcript(page)).toContainText("worktree is gone");
  await expect(page.getByRole("alert", { name: "Worktree" })).toBeVisible();
});
