import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram } from "@boocode/testkit/scripted-opencode-program";
import { changes, expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";
import { chooseAgent, useOpencode } from "../fixture/use-opencode.ts";

test("review mode: an edit waits, the page says who does not see it, and it is written and applied when the person says so", async ({
  page,
  home,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n", "old.md": "Old\n" });
  await using opencode = await ScriptedOpencodeProgram.create({ script: () => ({ steps: [{ do: "say", text: "Hello." }] }) });
  await useOpencode(home, opencode.file);
  await openPath(page, await home.start(), repository.path);
  const panel = changes(page);
  const row = (name: string) => panel.getByRole("row", { name, exact: true });
  const boundary = page.getByText(/staged edits?/).and(page.locator("p"));
  const inWorktree = async (name: string) => readFile(join(await worktreeOf(repository), name), "utf8").catch(() => null);

  await page.getByRole("combobox", { name: "Mode", exact: true }).click();
  await page.getByRole("option", { name: /^Review/ }).click();
  await send(page, "append By boocode to notes.md and delete old.md");
  await settled(page);
  await expect(row("notes.md, staged")).toContainText("staged");
  await expect(row("old.md, staged")).toBeVisible();
  await expect(panel.getByRole("heading")).toHaveText("Changes from boocode");
  expect([await inWorktree("notes.md"), await inWorktree("old.md")]).toEqual(["# Notes\n", "Old\n"]);
  await expect(boundary).toHaveCount(0);
  await expectNoAxeFindings(page);

  // The turn is restored as a whole, and that is taken back. It is offered as long as anything of it is staged.
  const restore = page.getByRole("button", { name: "Restore to before this turn" });
  await restore.click();
  await expect(page.getByText("Restored 2 files", { exact: true })).toBeVisible();
  await expect(panel).toContainText("No changes are pending");
  await expect(restore).toHaveCount(0);
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(row("notes.md, staged")).toBeVisible();
  await expect(row("old.md, staged")).toBeVisible();
  await expect(restore).toBeVisible();

  // Another agent does not see it: the page says so in the panel and above the composer, for as long as that is true.
  await chooseAgent(page, /opencode/);
  await expect(boundary).toHaveText(Array(2).fill("opencode does not see 2 staged edits from boocode."));
  await expectNoAxeFindings(page);
  await chooseAgent(page, /BooCode/);
  await expect(boundary).toHaveText(Array(2).fill("boocode sees its 2 staged edits only in mode Review."));

  await row("notes.md, staged").getByRole("button", { name: "Write", exact: true }).click();
  await expect(page.getByText("Wrote notes.md", { exact: true })).toBeVisible();
  await expect(row("notes.md")).toBeVisible();
  await expect(row("notes.md, staged")).toBeHidden();
  expect(await inWorktree("notes.md")).toBe("# Notes\nBy boocode\n");
  await expect(boundary).toHaveText(Array(2).fill("boocode sees its 1 staged edit only in mode Review."));

  // It is taken back, and written again.
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(row("notes.md, staged")).toBeVisible();
  expect(await inWorktree("notes.md")).toBe("# Notes\n");
  await row("notes.md, staged").getByRole("button", { name: "Write", exact: true }).click();
  await expect(row("notes.md")).toBeVisible();

  await row("old.md, staged").getByRole("button", { name: "Reject" }).click();
  await expect(row("old.md, staged")).toBeHidden();
  await expect(boundary).toHaveCount(0);
  await row("notes.md").getByRole("button", { name: "Apply" }).click();
  await expect(panel).toContainText("No changes are pending");
  await expect(restore).toHaveCount(0);
  expect(await readFile(join(repository.path, "notes.md"), "utf8")).toBe("# Notes\nBy boocode\n");
  expect(await readFile(join(repository.path, "old.md"), "utf8")).toBe("Old\n");
});
