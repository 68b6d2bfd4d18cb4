import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { createRepository, writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createWorktreeSetup } from "../worktrees/worktree-fixture.ts";
import { ChangeCapture } from "./change-capture.ts";
import { TreeComparer } from "./compare/tree-comparer.ts";
import { ChangeDiffs } from "./diffs/change-diffs.ts";
import { PendingChanges } from "./pending-changes.ts";
import { openStaged } from "./turns-fixture.ts";

it.each([2_000, 0])("holds and tells changes where objects have other names, with %i files at once", async (filesAtOnce) => {
  await using setup = await createWorktreeSetup({ "a.txt": "a\n", "gone.txt": "g\n" });
  await using other = await createRepository();
  const { repository, sessionId } = setup;
  await rm(join(repository.path, ".git"), { recursive: true });
  await repository.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main");
  await repository.git("add", "--all");
  await repository.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "Start");
  const worktrees = setup.restart({ limits: { filesAtOnce } });
  const capture = new ChangeCapture({ ...setup, worktrees });
  const { stagedChanges } = openStaged({ ...setup, worktrees });
  const pending = new PendingChanges({ ...setup, worktrees, capture, stagedChanges });
  const changeDiffs = new ChangeDiffs({ ...setup, worktrees, comparer: new TreeComparer(setup.git), stagedChanges });
  const { path } = await worktrees.ensure(sessionId);
  const words = { taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1") };
  const agent = AgentId.parse("qwen");
  for (const text of ["first", "second"]) {
    const before = await worktrees.checkpoint((await worktrees.find(sessionId))!, { ...words, author: null, when: "before" });
    await writeFiles(path, { "a.txt": `a\n${text}\n`, [`${text}.txt`]: "new\n" });
    await rm(join(path, "gone.txt"), { force: true });
    // One whose commits have names of the usual length.
    if (text === "second") await repository.git("clone", "--quiet", other.path, join(path, "inner"));
    const after = await worktrees.checkpoint((await worktrees.find(sessionId))!, { ...words, author: agent, when: "after" });
    const task = { id: words.taskId, chatId: words.chatId, agent, before: before.tree, after: after.tree, namedPaths: [] };
    await capture.capture(sessionId, { task });
  }
  expect(await pending.leftOut(sessionId)).toEqual(["inner/"]);
  const rows = await pending.list(sessionId);
  expect(rows.map((row) => [row.path, row.operation])).toEqual([
    ["a.txt", "modified"],
    ["first.txt", "added"],
    ["gone.txt", "deleted"],
    ["second.txt", "added"],
  ]);
  const blames = await Promise.all(rows.map(({ id }) => changeDiffs.blame(sessionId, id)));
  expect(blames.map(({ lines, removed }) => [lines, removed])).toEqual([
    [["base", 0], [null]],
    [[0], []],
    [[], [0]],
    [[0], []],
  ]);
  expect((await changeDiffs.diff(sessionId, rows[2]!.id)).patch).toContain("-g\n");
});
