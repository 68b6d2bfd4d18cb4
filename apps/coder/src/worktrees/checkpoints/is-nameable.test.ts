import { spawnSync } from "node:child_process";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { isNameable } from "@boocode/shared/worktrees/is-nameable";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createRepository, writeFiles } from "@boocode/testkit/repo-builder";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const PARTS = [".", ".git", ".GIT", "git~1", "~1", "~12", "~1234567", "~5", ".gitmodules", "GITMOD", "gi7eba", "gi7", "g", "modules", " "];
const name = fc.array(fc.constantFrom(...PARTS, ":", "\\", "/", "x", "é"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
/** No file can be called so. */
const isPath = (path: string) => path.split("/").every((part) => !["", ".", ".."].includes(part));

it("knows which names git takes into a tree", async () => {
  await using repository = await createRepository();
  const oid = await repository.git("rev-parse", "HEAD:README.md");
  const takes = (path: string, mode: string) => {
    const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" };
    const input = `${mode} ${oid} 0\t${path}\0`;
    const { stderr } = spawnSync("git", ["update-index", "-z", "--index-info"], { cwd: repository.path, env, input, encoding: "utf8" });
    return stderr === "";
  };
  fc.assert(
    fc.property(name.filter(isPath), (path) => {
      expect([path, isNameable(path, "file"), isNameable(path, "link")]).toEqual([path, takes(path, "100644"), takes(path, "120000")]);
    }),
    { numRuns: 100 },
  );
});

it("leaves out files of names that git does not take, says so, and holds the rest", async () => {
  const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;
  await using setup = await createWorktreeSetup({ ".gitmodules": "", "a.txt": "one\n" });
  const { repository, worktrees, sessionId } = setup;
  const worktree = await worktrees.ensure(sessionId);
  await rm(join(worktree.path, ".gitmodules"));
  for (const name of [".gitmodules", "GITMOD~1", "link"]) await symlink("a.txt", join(worktree.path, name));
  await writeFiles(worktree.path, { "git~1": "x", "sub/.git ": "x", "a\\.git": "x", ".gitx": "x" });
  await repository.git("clone", "--quiet", repository.path, join(worktree.path, "GIT~1"));
  const { tree, leftOut } = await worktrees.checkpoint(worktree, turn);
  expect(leftOut.toSorted()).toEqual([".gitmodules", "GITMOD~1", "GIT~1/", "a\\.git", "git~1", "sub/.git "]);
  expect(await repository.git("ls-tree", "-r", "--name-only", tree)).toBe(".gitmodules\n.gitx\na.txt\nlink");
});
