import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { changes, expect, expectNoAxeFindings, message, openDemo, send, settled, test } from "../fixture/journey.ts";
import { worktreePath } from "../fixture/worktree-path.ts";

const code = (page: Page) => page.getByRole("region", { name: "Code" });
const editor = (page: Page) => page.getByRole("textbox", { name: "Text of README.md" });

test("a file is edited and saved as yours, unsaved text survives a reload, and a change from outside is asked about", async ({
  page,
  daemon,
}) => {
  await openDemo(page, daemon);
  await page.getByRole("button", { name: "Code", exact: true }).click();
  await code(page).getByRole("treeitem", { name: "README.md" }).click();
  await expect(page).toHaveURL(/\/code\/README\.md$/);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("Mine. ");
  const tab = page.getByRole("tab", { name: "README.md" });
  await expect(tab).toHaveAccessibleName("README.md unsaved");
  await page.reload();
  await expect(editor(page)).toContainText("Mine. #");
  await expect(tab).toHaveAccessibleName("README.md unsaved");
  await expectNoAxeFindings(page);
  await editor(page).click();
  await page.keyboard.press("Control+s");
  await expect(tab).toHaveAccessibleName("README.md");
  const row = changes(page).getByRole("row", { name: "README.md" });
  await expect(row).toContainText("you");

  // Somebody else writes the file while the person does.
  const file = join(await worktreePath(daemon), "README.md");
  expect(await readFile(file, "utf8")).toMatch(/^Mine\. #/);
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("More. ");
  await writeFile(file, "Theirs\n");
  const notice = page.getByRole("alert").filter({ hasText: "changed on disk" });
  await expect(notice).toBeVisible();
  await page.keyboard.press("Control+s");
  expect(await readFile(file, "utf8")).toBe("Theirs\n");
  await notice.getByRole("button", { name: "Compare" }).click();
  await expect(code(page).locator(".cm-deletedChunk")).toContainText("Theirs");
  await notice.getByRole("button", { name: "Stop comparing" }).click();
  await notice.getByRole("button", { name: "Take theirs" }).click();
  await expect(editor(page)).toContainText("Theirs");
  // What was set aside waits, also over a reload.
  await page.reload();
  await expect(editor(page)).toContainText("Theirs");
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(editor(page)).toContainText("More. Mine.");
  await notice.getByRole("button", { name: "Keep mine" }).click();
  await code(page).getByRole("button", { name: "Save" }).click();
  await expect(tab).toHaveAccessibleName("README.md");
  expect(await readFile(file, "utf8")).toMatch(/^More\. Mine\./);

  await tab.focus();
  await page.keyboard.press("Delete");
  await expect(message(page)).toBeVisible();
});

test("a file is edited while an agent edits it, and both are kept", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await page.getByRole("button", { name: "Code", exact: true }).click();
  await code(page).getByRole("treeitem", { name: "README.md" }).click();
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("Mine. ");

  // The agent writes the file on disk; what was typed stays in the editor.
  await page.getByRole("tab", { name: /New chat/ }).click();
  await send(page, "append By the agent to README.md");
  await settled(page);
  const file = join(await worktreePath(daemon), "README.md");
  expect(await readFile(file, "utf8")).toMatch(/^# [^]*By the agent\n$/);
  await page.getByRole("tab", { name: /^README\.md/ }).click();
  await expect(editor(page)).toContainText("Mine. #");
  const notice = page.getByRole("alert").filter({ hasText: "changed on disk" });
  await expect(notice).toBeVisible();
  await page.keyboard.press("Control+s");
  expect(await readFile(file, "utf8")).not.toContain("Mine.");

  // Both are kept by hand: the agent's line is taken over from the comparison.
  await notice.getByRole("button", { name: "Compare" }).click();
  await expect(code(page).locator(".cm-deletedChunk").last()).toContainText("By the agent");
  await code(page).getByRole("button", { name: "Take this" }).last().click();
  await notice.getByRole("button", { name: "Keep mine" }).click();
  await code(page).getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("tab", { name: /^README\.md/ })).toHaveAccessibleName("README.md");
  expect(await readFile(file, "utf8")).toMatch(/^Mine\. # [^]*By the agent\n$/);
  const row = changes(page).getByRole("row", { name: "README.md" });
  await expect(row).toContainText("boocode");
  await expect(row).toContainText("you");
});

test("a file is made, found by its name and its text, renamed with its folder, deleted, and brought back", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await page.getByRole("button", { name: "Code", exact: true }).click();
  await code(page).getByRole("button", { name: "New file" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("notes/today.md");
  await dialog.getByRole("button", { name: "Create" }).click();
  const text = page.getByRole("textbox", { name: /Text of .*today\.md/ });
  await text.click();
  await page.keyboard.type("A needle in a note");
  await page.keyboard.press("Control+s");
  await expect(changes(page).getByRole("row", { name: /today\.md/ })).toContainText("you");

  // Unsaved text goes with the folder, and back with it.
  await text.click();
  await page.keyboard.type(", not saved");
  await code(page).getByRole("treeitem", { name: "notes" }).focus();
  await page.keyboard.press("F2");
  await dialog.getByRole("textbox").fill("papers");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(page).toHaveURL(/\/code\/papers\/today\.md$/);
  await expect(text).toContainText("A needle in a note, not saved");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page).toHaveURL(/\/code\/notes\/today\.md$/);
  await expect(text).toContainText("A needle in a note, not saved");
  await text.click();
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("tab", { name: /^today\.md/ })).toHaveAccessibleName("today.md");
  const file = join(await worktreePath(daemon), "notes/today.md");
  expect(await readFile(file, "utf8")).toBe("A needle in a note, not saved");

  await code(page).getByRole("textbox", { name: "Find a file" }).fill("tdy");
  await expect(code(page).getByRole("list", { name: "Files found" }).getByRole("button").first()).toContainText("today.md");
  await page.keyboard.press("Escape");
  await code(page).getByText("Search", { exact: true }).click();
  await code(page).getByRole("textbox", { name: "Search in files" }).fill("needle");
  await code(page)
    .getByRole("button", { name: /A needle in a note/ })
    .click();
  await expect(text).toContainText("A needle");

  await code(page).getByText("Files", { exact: true }).click();
  await code(page).getByRole("treeitem", { name: "today.md" }).focus();
  await page.keyboard.press("Delete");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(code(page).getByRole("treeitem", { name: "today.md" })).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(code(page).getByRole("treeitem", { name: "today.md" })).toBeVisible();
  expect(await readFile(file, "utf8")).toBe("A needle in a note, not saved");
});
