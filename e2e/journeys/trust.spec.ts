import { createRepository } from "@boocode/testkit/repo-builder";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectNoAxeFindings, message, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

const MCP = '{ "mcpServers": { "canary": {} } }\n';

test("the person is asked once about a repository that wants to run things, and a no is kept", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n", ".mcp.json": MCP });
  await openPath(page, daemon, repository.path);
  const question = page.getByRole("group", { name: "Trust" });
  await expect(question).toContainText("This repository wants to run things");
  await expect(question).toContainText(".mcp.json");
  await expectNoAxeFindings(page);
  await question.getByRole("button", { name: "Not now" }).click();
  await expect(question).toBeHidden();

  await page.reload();
  await expect(message(page)).toBeVisible();
  // The native agent reads no configuration, so it still works.
  await send(page, "list files");
  await settled(page);
  await expect(transcript(page)).toContainText("README.md");
  await expect(question).toBeHidden();
  await page.getByRole("tab", { name: "Session" }).click();
  await expect(page.getByText("you did not trust it")).toBeVisible();
});

test("trusted content is shown in full, and asked about again when it changes", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n", ".mcp.json": MCP });
  await openPath(page, daemon, repository.path);
  const question = page.getByRole("group", { name: "Trust" });
  const dialog = page.getByRole("dialog", { name: "This repository wants to run things" });
  await question.getByRole("button", { name: "Look at the files" }).click();
  await dialog.getByText(".mcp.json").click();
  await expect(dialog.getByLabel("Content of .mcp.json")).toContainText("canary");
  await expectNoAxeFindings(page);
  await dialog.getByRole("button", { name: "Trust", exact: true }).click();
  await expect(question).toBeHidden();
  await send(page, "list files");
  await settled(page);

  const worktree = await worktreeOf(repository);
  await writeFile(join(worktree, ".mcp.json"), '{ "mcpServers": { "exchanged": {} } }\n');
  await expect(question).toContainText("has changed");
  await question.getByRole("button", { name: "Look at the files" }).click();
  await expect(dialog.getByRole("listitem")).toContainText("changed");
  await dialog.getByRole("button", { name: "Trust", exact: true }).click();
  await expect(question).toBeHidden();
});

test("a repository without such files raises no question", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n", "AGENTS.md": "Be kind\n" });
  await openPath(page, daemon, repository.path);
  await page.getByRole("tab", { name: "Session" }).click();
  await expect(page.getByText("The worktree is made when the first message is sent")).toBeVisible();
  await expect(page.getByRole("group", { name: "Trust" })).toBeHidden();
});
