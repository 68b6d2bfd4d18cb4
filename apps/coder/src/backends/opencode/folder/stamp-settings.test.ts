import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { runSmall } from "@boocode/testkit/small-process/run-small";
import { stampSettings } from "./stamp-settings.ts";

const write = async (file: string, text: string) => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};

it("differs with every file from which opencode takes what it offers, and with no other", async () => {
  await using worktree = await createTempFolder();
  await using home = await createTempFolder();
  const place = { worktree: worktree.path, env: { HOME: home.path } };
  const steps: [what: string, isSeen: boolean, act: () => Promise<unknown>][] = [
    ["a command", true, () => write(join(worktree.path, ".opencode/command/a.md"), "a")],
    ["its content", true, () => write(join(worktree.path, ".opencode/command/a.md"), "changed")],
    ["a nested one", true, () => write(join(worktree.path, ".opencode/commands/deep/b.md"), "b")],
    ["its new name", true, () => rename(join(worktree.path, ".opencode/commands/deep"), join(worktree.path, ".opencode/commands/new"))],
    ["the configuration", true, () => write(join(worktree.path, "opencode.json"), "{}")],
    ["a skill of other agents", true, () => write(join(worktree.path, ".claude/skills/a/SKILL.md"), "a")],
    ["a file of a skill", true, () => write(join(worktree.path, ".claude/skills/a/list.txt"), "a")],
    ["a skill that is gone", true, () => rm(join(worktree.path, ".claude/skills/a"), { recursive: true })],
    ["the person's command", true, () => write(join(home.path, ".config/opencode/command/c.md"), "c")],
    ["the person's skill", true, () => write(join(home.path, ".agents/skills/d/SKILL.md"), "d")],
    ["a link to nothing", false, () => symlink("nowhere", join(worktree.path, ".opencode/command/e.md"))],
    ["a loop of links", true, () => symlink(".", join(worktree.path, ".opencode/command/loop"))],
    ["packages that opencode installs", false, () => write(join(worktree.path, ".opencode/node_modules/x/index.js"), "x")],
    ["its own notes", false, () => write(join(worktree.path, ".opencode/package.json"), "{}")],
    ["packages of a plugin", false, () => write(join(worktree.path, ".opencode/node_modules/y/index.js"), "y")],
    ["the project's files", false, () => write(join(worktree.path, "src/index.ts"), "x")],
    ["a guide, which is read with each turn", false, () => write(join(worktree.path, "AGENTS.md"), "x")],
  ];
  let before = await stampSettings(place);
  for (const [what, isSeen, act] of steps) {
    await act();
    const after = await stampSettings(place);
    expect([what, after !== before]).toEqual([what, isSeen]);
    before = after;
  }
  expect(await stampSettings({ worktree: worktree.path, env: {} })).not.toBe(before);
});

it("waits for no pipe, and ends in a folder without an end", async () => {
  await using worktree = await createTempFolder();
  const folder = join(worktree.path, ".opencode/command");
  await mkdir(folder, { recursive: true });
  await runSmall("mkfifo", [join(folder, "pipe.md")], { cwd: folder, env: process.env, maxBuffer: 1_000 });
  await Promise.all(Array.from({ length: 3_000 }, (_, index) => writeFile(join(folder, `${index}.md`), "")));
  expect(await stampSettings({ worktree: worktree.path, env: {} })).toMatch(/^[0-9a-f]{64}$/);
});
