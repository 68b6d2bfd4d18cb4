import { createRepository } from "@boocode/testkit/repo-builder";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectNoAxeFindings, message, openSettings, send, settingsOf, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

test("settings list worktrees with reasons to keep them, remove rules, and change the daemon's own token", async ({
  page,
  daemon,
  home,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);
  await expect(await openSettings(page, "Worktrees")).toContainText("A session gets one with its first message");
  await expect(await openSettings(page, "Permissions")).toContainText("“Always” adds a rule here");
  await page.keyboard.press("Escape");

  await send(page, "create a file notes.md that says Kept");
  await settled(page);
  const worktree = await worktreeOf(repository);
  await rm(worktree, { recursive: true });
  await mkdir(worktree);
  const alert = page.getByRole("alert", { name: "Worktree" });
  await alert.getByRole("button", { name: "Restore the last checkpoint" }).click();
  await expect(alert).toBeHidden();
  await addRule(daemon, page.url());

  let settings = await openSettings(page, "Worktrees");
  const row = settings.getByRole("list", { name: "Worktrees" }).getByRole("listitem");
  await expect(row).toContainText("Kept for one changed file, its session");
  await expect(row).toContainText(/\d kB/);
  await settings.getByText("Set aside when a worktree was made again").click();
  await expect(settings.getByRole("list", { name: "Set aside" }).getByRole("listitem")).toHaveCount(2);
  await expectNoAxeFindings(page);
  settings = await openSettings(page, "Permissions");
  const rule = settings.getByRole("listitem").filter({ hasText: "npm test" });
  await expect(rule).toBeVisible();
  await expectNoAxeFindings(page);
  await rule.getByRole("button", { name: /^Remove the rule/ }).click();
  await expect(settings).toContainText("“Always” adds a rule here");

  settings = await openSettings(page, "Access");
  await settings.getByRole("button", { name: "Change…" }).click();
  await settings.getByRole("button", { name: "Yes, change it" }).click();
  const file = join(home.dataDir, "data", "token");
  await expect(settings.getByRole("status").filter({ hasText: file })).toBeVisible();
  expect((await readFile(file, "utf8")).trim()).not.toBe(daemon.token);
  await openSettings(page, "Worktrees");
  await page.getByRole("list", { name: "Worktrees" }).getByRole("link").click();
  await expect(settingsOf(page)).toBeHidden();
  await expect(message(page)).toBeVisible();
});

async function addRule(daemon: { origin: string; token: string }, url: string): Promise<void> {
  const sessionId = /\/session\/([^/]+)/.exec(url)?.[1];
  const response = await fetch(`${daemon.origin}/trpc/permissions.addRule`, {
    method: "POST",
    headers: { authorization: `Bearer ${daemon.token}`, "content-type": "application/json" },
    body: JSON.stringify({ sessionId, toolKind: "command", argvPrefix: ["npm", "test"] }),
  });
  expect(response.status).toBe(200);
}
