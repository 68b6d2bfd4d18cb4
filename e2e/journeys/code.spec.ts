import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { changes, expect, expectNoAxeFindings, message, openDemo, test } from "../fixture/journey.ts";
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
