import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

const before = Array.from({ length: 30 }, (_, at) => `if (a${at}) {\nrun(${at});\n}\n`).join("");
/** Many lines are indented, and one says something else. */
const after = before.replaceAll("run(", "  run(").replace("run(20)", "run(2000)");

test("a diff is seen in two columns and without changes of white space, and its file opens in the code tab", async ({ page, daemon }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n", "indent.ts": before });
  await openPath(page, daemon, repository.path);
  await send(page, "append One to notes.md");
  await settled(page);
  await writeFile(join(await worktreeOf(repository), "indent.ts"), after);
  const panel = changes(page);
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  const row = panel.getByRole("row", { name: "indent.ts", exact: true });
  await row.getByRole("button", { expanded: false }).press("Enter");

  const diff = panel.getByRole("grid", { name: "Changes in indent.ts" });
  await expect(diff).toContainText("added:   run(0)");
  // In two columns a line stands beside the one it replaces.
  const lines = diff.getByRole("row").filter({ hasText: "run(0)" });
  await expect(lines).toHaveCount(2);
  await panel.getByText("Split", { exact: true }).click();
  await expect(lines).toHaveCount(1);
  await expectNoAxeFindings(page);

  await panel.getByRole("button", { name: "Ignore changes of white space" }).click();
  await expect(diff).not.toContainText("run(0)");
  await expect(diff).toContainText("run(2000)");
  await panel.getByRole("button", { name: "Show changes of white space" }).click();
  await expect(lines).toHaveCount(1);

  await panel.getByRole("button", { name: "Open in the code tab" }).first().click();
  await expect(page.getByRole("region", { name: "Code", exact: true })).toContainText("run(");
});
