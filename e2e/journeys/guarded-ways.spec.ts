import { createRepository } from "@boocode/testkit/repo-builder";
import { access } from "node:fs/promises";
import { expect, expectNoAxeFindings, send, settled, stop, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("Commit… in a refused delete leads to the commit view; closing a chat at work, and removing a project with work, are asked about", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "create a file notes.md that says Kept safe");
  await settled(page);
  const worktree = await worktreeOf(repository);
  const head = () => repository.git("-C", worktree, "log", "--format=%s");
  const before = await head();
  const navigation = page.getByRole("navigation", { name: "Sessions" });
  const dialog = page.getByRole("dialog", { name: "Delete session" });
  await page.getByRole("main").getByRole("button", { name: "Session actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByRole("link", { name: "Commit…" }).click();
  await expect(dialog).toBeHidden();
  const form = page.getByRole("form", { name: "Commit" });
  await expect(form.getByRole("textbox", { name: "Commit message" })).toBeVisible();
  expect(await head()).toBe(before);
  await form.getByRole("textbox", { name: "Commit message" }).fill("Write notes");
  await form.getByRole("button", { name: "Commit 1 file" }).click();
  await expect.poll(head).toContain("Write notes");
  await expect(form).toBeHidden();

  // A chat at work is closed only after a question.
  await send(page, "count to 10000");
  await expect(stop(page)).toBeVisible();
  const tab = page.getByRole("tablist", { name: "Chats" }).getByRole("tab").first();
  const close = async () => {
    await tab.focus();
    await page.keyboard.press("Delete");
  };
  await close();
  const asked = page.getByRole("dialog", { name: /^Close/ });
  await expect(asked).toBeVisible();
  await expectNoAxeFindings(page);
  await asked.getByRole("button", { name: "Keep open" }).click();
  await expect(stop(page)).toBeVisible();

  // Removing the project says what it has, and removes nothing.
  const project = navigation.getByRole("button", { name: "Project actions" });
  await project.click();
  await page.getByRole("menuitem", { name: "Remove from the list…" }).click();
  const removing = page.getByRole("dialog", { name: /still has work here$/ });
  await expect(removing.getByRole("list", { name: "What it has" })).toContainText("create a file notes.md");
  await expectNoAxeFindings(page);
  await removing.getByRole("button", { name: /^Delete / }).click();
  await expect(dialog).toContainText("A message is running or waiting");
  await dialog.getByRole("button", { name: "Force delete" }).click();
  await expect(removing).toContainText("1 in the trash");
  await expect(access(worktree)).rejects.toMatchObject({ code: "ENOENT" });
  await removing.getByRole("link", { name: "Go to the trash" }).click();
  await expect(removing).toBeHidden();
  const entry = page.getByRole("list", { name: "Trash" }).getByRole("listitem");
  await entry.getByRole("button", { name: /^Purge/ }).click();
  await page.getByRole("button", { name: "Purge for good" }).click();
  await expect(page.getByText("The trash is empty")).toBeVisible();
  await project.click();
  await page.getByRole("menuitem", { name: "Remove from the list…" }).click();
  await page
    .getByRole("dialog", { name: /from the list\?$/ })
    .getByRole("button", { name: "Remove", exact: true })
    .click();
  await expect(project).toBeHidden();
  expect(await repository.git("status", "--porcelain")).toBe("");
});
