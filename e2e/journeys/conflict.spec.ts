import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, message, send, settled, test } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

test("a conflict shows the three sides, writes nothing, goes to the composer, and lets the others through", async ({ page, daemon }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\nlast\n" });
  const file = (name: string) => join(repository.path, name);
  await openPath(page, daemon, repository.path);
  await send(page, "append By the agent to notes.md");
  await settled(page);
  await send(page, "create a file new.md that says new");
  await settled(page);
  const mine = "# Notes\nlast\nBy the person\n";
  await writeFile(file("notes.md"), mine);

  const panel = changes(page);
  const row = (name: string) => panel.getByRole("row", { name, exact: true });
  await panel.getByRole("button", { name: "Apply all" }).click();
  const dialog = page.getByRole("dialog", { name: "notes.md is in conflict" });
  await expect(dialog).toContainText("You changed the same lines in the project's folder.");
  const conflict = dialog.getByRole("region", { name: /^Conflict at line/ });
  for (const words of ["By the person", "By the agent", "Yours, in the project's folder", "boocode, in the session's worktree"])
    await expect(conflict).toContainText(words);
  await expectNoAxeFindings(page);
  await dialog.getByText("Merged", { exact: true }).click();
  await expect(dialog).toContainText("<<<<<<<");
  expect(await readFile(file("notes.md"), "utf8")).toBe(mine);
  await expect(readFile(file("new.md"))).rejects.toThrow("ENOENT");

  await dialog.getByRole("button", { name: "Apply the other file" }).click();
  await expect(row("new.md")).toBeHidden();
  expect(await readFile(file("new.md"), "utf8")).toContain("new");
  expect(await readFile(file("notes.md"), "utf8")).toBe(mine);

  await row("notes.md").getByRole("button", { name: "Apply" }).click();
  await dialog.getByRole("button", { name: "Ask the agent to fit it" }).click();
  await expect(message(page)).toHaveValue(/Your change to notes\.md conflicts[^]*By the person/);

  // Once both sides say the same, nothing is in conflict.
  await writeFile(file("notes.md"), "# Notes\nlast\nBy the agent\n");
  await row("notes.md").getByRole("button", { name: "Apply" }).click();
  await expect(panel).toContainText("No changes are pending");
});
