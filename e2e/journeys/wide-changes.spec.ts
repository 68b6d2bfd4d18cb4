import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test.use({ viewport: { width: 1280, height: 800 } });

test("the changes open wide: filtered and judged from the keyboard, at an address of their own, and by turn", async ({ page, daemon }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n", "src/a.ts": "a\n", "src/b.ts": "b\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "append By the agent to notes.md");
  await settled(page);
  const tree = await worktreeOf(repository);
  for (const name of ["a", "b"]) await writeFile(join(tree, `src/${name}.ts`), `${name}\nmore\n`);
  const panel = changes(page);
  const row = (name: string) => panel.getByRole("row", { name, exact: true });
  const checkout = (name: string) => readFile(join(repository.path, name), "utf8");
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  await expect(panel).toContainText("3 files");
  await expect(page.getByRole("navigation", { name: "Sessions" })).toContainText("+3");

  // Enter opens the tab at the same file; the rail makes room.
  await row("notes.md").getByRole("button", { expanded: false }).focus();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("tab", { name: "Changes", selected: true })).toBeVisible();
  await expect(page).toHaveURL(/\/changes$/);
  const diff = (name: string) => panel.getByRole("grid", { name: `Changes in ${name}` });
  await expect(diff("src/a.ts")).toContainText("added: more");
  await expectNoAxeFindings(page);
  await page.keyboard.press("k");
  await expect(diff("notes.md")).toContainText("added: By the agent");

  // All of it can be saved, with who wrote it.
  const save = async (entry: string) => {
    const saved = page.waitForEvent("download");
    const menu = panel.getByRole("button", { name: "More about the changes" });
    await menu.click();
    await page.getByRole("menuitem", { name: entry }).click();
    // The menu gives the focus back once it is closed.
    await expect(menu).toBeFocused();
    return readFile(await (await saved).path(), "utf8");
  };
  expect(await save("Save as a patch")).toContain("+By the agent");
  expect(JSON.parse(await save("Save who wrote what"))).toMatchObject({ version: "0.1" });

  // A filter narrows the buttons too, and they say so.
  await row("notes.md").getByRole("button").first().focus();
  await page.keyboard.press("/");
  await page.keyboard.type("SRC");
  await expect(panel).toContainText("2 of 3 files");
  await expect(row("notes.md")).toBeHidden();
  await page.keyboard.press("Enter");
  await panel.getByRole("button", { name: "Apply 2 of 3 files" }).click();
  await expect(page.getByText("Applied 2 files", { exact: true })).toBeVisible();
  expect([await checkout("src/a.ts"), await checkout("notes.md")]).toEqual(["a\nmore\n", "# Notes\n"]);
  await panel.getByRole("button", { name: "Show all 1 file" }).click();
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(panel).toContainText("3 files");

  // With the keys, the focus goes on to the next file.
  await row("src/a.ts").getByRole("button").first().focus();
  await page.keyboard.press("a");
  await expect(row("src/b.ts").getByRole("button").first()).toBeFocused();
  await expect(page.getByText("Applied src/a.ts", { exact: true })).toBeVisible();
  await page.keyboard.press("r");
  await expect(page.getByText("Rejected src/b.ts", { exact: true })).toBeVisible();
  expect(await readFile(join(tree, "src/b.ts"), "utf8")).toBe("b\n");

  // The address brings it back; a turn's files have one too.
  await page.reload();
  await expect(diff("notes.md")).toContainText("added: By the agent");
  await page.getByRole("tab", { name: /By the agent/ }).click();
  await transcript(page).getByRole("button", { name: "1 file changed" }).click();
  await expect(page).toHaveURL(/\/changes\/.+/);
  await expect(panel.getByRole("heading")).toHaveText("Changes of a turn of boocode");
  await panel.getByRole("button", { name: "Apply 1 of 1 file" }).click();
  await expect(panel).toContainText("Nothing of this is pending any more");
  await expect(diff("notes.md")).toContainText("added: By the agent");
  expect(await checkout("notes.md")).toBe("# Notes\nBy the agent\n");
});
