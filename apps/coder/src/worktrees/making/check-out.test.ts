import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";
import { repairWorktree } from "../upkeep/worktree-repair.ts";

const POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 3\n";
const DURING = { author: null, taskId: BUILT_IDS.task, chatId: BUILT_IDS.chat, when: "before" } as const;

it.each([
  ["by a process", ["process = git-lfs filter-process", "smudge = git-lfs smudge -- %f"], "lfs"],
  ["file by file", ["smudge = git-lfs smudge -- %f", "clean = git-lfs clean -- %f"], "lfs"],
  ["by another program", ["smudge = no-such-program"], "other"],
])("where a filter that runs %s is configured and absent, a session works with what the repository keeps", async (_, lines, name) => {
  await using setup = await createWorktreeSetup({ ".gitattributes": `*.bin filter=${name} -text\n`, "p.bin": POINTER, "a.txt": "one\n" });
  const { worktrees, sessionId, home } = setup;
  await writeFile(join(home, ".gitconfig"), `[filter "${name}"]\n\trequired = true\n${lines.map((line) => `\t${line}\n`).join("")}`);

  const worktree = await worktrees.ensure(sessionId);
  expect(await readFile(join(worktree.path, "p.bin"), "utf8")).toBe(POINTER);
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("one\n");
  const [told] = await worktrees.madeWithout(worktree);
  expect(told).toContain(`Files of the content filter "${name}" have`);
  expect(told).toMatch(/not found|No such file/);
  expect(await worktrees.madeWithout(worktree)).toEqual([]);
  await writeFile(join(worktree.path, "a.txt"), "two\n");
  expect(await worktrees.checkpoint(worktree, DURING)).toMatchObject({ leftOut: [] });

  await rm(worktree.path, { recursive: true });
  const deps = { ...setup, installId: "install-1", time: { now: () => 0 } };
  await repairWorktree(deps, { sessionId, from: "branch" });
  expect(await readFile(join(worktree.path, "p.bin"), "utf8")).toBe(POINTER);
  expect(await worktrees.madeWithout(worktree)).toHaveLength(1);
});
