import { createRepository, createTempFolder, writeFiles } from "@boocode/testkit/repo-builder";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

test("a worktree of the person's becomes a session, says so, and stays where it is when the session is deleted", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await using folder = await createTempFolder();
  const mine = join(folder.path, "login");
  await repository.git("worktree", "add", "--quiet", "-b", "feature/login", mine);
  await repository.git("branch", "idle");
  await writeFiles(mine, { "README.md": "# By hand\n" });
  await openPath(page, daemon, repository.path);

  const dialog = page.getByRole("dialog", { name: "Existing worktree or branch" });
  await page.getByRole("button", { name: "Project actions" }).click();
  await page.getByRole("menuitem", { name: "Existing worktree or branch…" }).click();
  await expect(dialog.getByRole("region", { name: "Branches" }).getByRole("button", { name: "idle" })).toBeVisible();
  await expectNoAxeFindings(page);
  await dialog.getByRole("searchbox", { name: "Find a worktree or branch" }).fill("login");
  await expect(dialog.getByRole("button", { name: "idle" })).toBeHidden();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "feature/login" })).toBeVisible();
  await expect(page.getByText("not made by BooCode")).toBeVisible();

  await send(page, "create a file notes.md that says Kept");
  await settled(page);
  const changes = page.getByRole("region", { name: "Pending changes" });
  await expect(changes.getByText("README.md").first()).toBeVisible();
  await expect(changes.getByText("notes.md").first()).toBeVisible();

  await page.getByRole("main").getByRole("button", { name: "Session actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByText("“feature/login” is deleted. Its folder stays as it is")).toBeVisible();
  expect(await readFile(join(mine, "notes.md"), "utf8")).toContain("Kept");
  expect(await readFile(join(mine, "README.md"), "utf8")).toBe("# By hand\n");
  expect(await repository.git("-C", mine, "symbolic-ref", "--short", "HEAD")).toBe("feature/login");
});
