import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;

it.each([
  // A file that is known counts as gone where a folder stands.
  { case: "folders", names: ["new ü.txt", "other.txt"], become: (file: string) => void mkdirSync(file) },
  { case: "no files", names: ["a.txt", "new ü.txt"], become: (file: string) => void execFileSync("/usr/bin/mkfifo", [file]) },
])("files that are $case whenever git hashes them are left out by name, and the rest is held", async ({ names, become }) => {
  let restless: string[] = [];
  const make = (what: (file: string) => void) => {
    for (const file of restless) {
      rmSync(file, { recursive: true, force: true });
      what(file);
    }
  };
  await using setup = await createWorktreeSetup(undefined, {
    failpoint: (name) => {
      if (name === "git.update-index") make(become);
    },
    // And files again as soon as somebody looks.
    onStart: ([command]) => {
      if (command !== "update-index") make((file) => writeFileSync(file, "restless\n"));
    },
  });
  const { worktrees, repository } = setup;
  const worktree = await worktrees.ensure(setup.sessionId);
  await writeFiles(worktree.path, { "a.txt": "held\n" });
  await worktrees.checkpoint(worktree, turn);
  restless = names.map((name) => join(worktree.path, name));
  await writeFiles(worktree.path, { "dir/b.txt": "three\n", "z.txt": "four\n" });
  const list = async (tree: string) => (await repository.git("ls-tree", "-rz", "--name-only", tree)).split("\0").filter(Boolean);
  const held = await worktrees.checkpoint((await worktrees.find(setup.sessionId))!, turn);
  expect(held.leftOut.toSorted()).toEqual(names);
  expect(await list(held.tree)).toEqual(["a.txt", "dir/b.txt", "z.txt"]);
  expect(await repository.git("show", `${held.tree}:a.txt`)).toBe("held");
  expect(await repository.git("show", `${held.tree}:dir/b.txt`)).toBe("three");

  make((file) => writeFileSync(file, "settled\n"));
  restless = [];
  const settled = await worktrees.checkpoint((await worktrees.find(setup.sessionId))!, turn);
  expect(settled.leftOut).toEqual([]);
  for (const name of names) expect(await repository.git("show", `${settled.tree}:${name}`)).toBe("settled");
});
