import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Checkpoint } from "@boocode/shared/worktrees/checkpoint";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createRig, type Rig, type RigOptions } from "../../../test/task-rig.ts";
import { recoverTasks } from "../recover-tasks.ts";
import type { TaskWorktrees } from "./run-ports.ts";

const WORK: RigOptions["script"] = () => [
  { do: "say", text: "on it" },
  { do: "write", path: "a.txt", text: "the agent's\n" },
];

/** Worktrees that count as set up and whose checkpoints before a turn wait at a barrier, from the second on. */
function holdBefore(
  barrier: Barrier,
  take: (plain: TaskWorktrees, ...args: Parameters<TaskWorktrees["checkpoint"]>) => Promise<Checkpoint>,
) {
  let turns = 0;
  return (plain: TaskWorktrees): TaskWorktrees => ({
    ensure: async (sessionId) => ({ ...(await plain.ensure(sessionId)), setUpAt: 1 }),
    checkpoint: async (worktree, input) => {
      if (input.when !== "before" || ++turns === 1) return plain.checkpoint(worktree, input);
      await barrier.pass();
      return take(plain, worktree, input);
    },
  });
}

const typesOf = async (rig: Rig, taskId: string) =>
  (await rig.events()).filter((event) => event.taskId === taskId).map(({ body }) => body.type);

it("a turn that waits to act talks while the checkpoint before it is taken, and writes nothing until that is stored", async () => {
  const barrier = new Barrier();
  const seen: string[] = [];
  await using rig = await createRig({
    waitsToAct: true,
    script: WORK,
    worktrees: holdBefore(barrier, async (plain, worktree, input) => {
      seen.push(await readFile(join(worktree.path, "a.txt"), "utf8").catch(() => "nothing yet"));
      return plain.checkpoint(worktree, input);
    }),
  });
  const chatId = await rig.addChat();
  const first = await rig.send({ chatId });
  await rig.ended(first.taskId);
  const worktree = (await rig.worktrees.ensure(rig.session)) as Worktree;
  await writeFile(join(worktree.path, "a.txt"), "mine\n");
  const { taskId } = await rig.send({ chatId });
  await rig.waitFor(({ body, taskId: of }) => of === taskId && body.type === "text.delta");
  expect(await typesOf(rig, taskId)).not.toContain("checkpoint.taken");
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("mine\n");
  barrier.open();
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "completed" });
  expect(seen).toEqual(["mine\n"]);
  const types = await typesOf(rig, taskId);
  expect(types.filter((type) => type === "checkpoint.taken")).toHaveLength(2);
  expect(types.indexOf("checkpoint.taken")).toBeGreaterThan(types.indexOf("task.started"));
  expect(await readFile(join(worktree.path, "a.txt"), "utf8")).toBe("the agent's\n");
});

it("a turn whose checkpoint before cannot be taken is cancelled, ends as failed, and has written nothing", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    waitsToAct: true,
    script: (prompt) => (prompt.text === "first" ? [] : [{ do: "say", text: "on it" }, { do: "never" }]),
    worktrees: holdBefore(barrier, async () => {
      throw new DomainError({ kind: "git_failed", command: "write-tree", exitCode: 128, stderrTail: "no space left" });
    }),
  });
  const chatId = await rig.addChat();
  await rig.ended((await rig.send({ chatId, text: "first" })).taskId);
  const { taskId } = await rig.send({ chatId });
  await rig.waitFor(({ body, taskId: of }) => of === taskId && body.type === "text.delta");
  barrier.open();
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "failed", cause: "worktree_failed" });
  expect(rig.backend.conversations.at(0)?.cancelCount).toBeGreaterThan(0);
});

it("F3: after a crash before that checkpoint is stored, what the person had edited is the person's", async () => {
  await using repository = await createRepository({ "a.txt": "base\n" });
  await using folder = await createTempFolder();
  const barrier = new Barrier();
  const options: RigOptions = {
    repository: repository.path,
    folder: folder.path,
    waitsToAct: true,
    script: WORK,
    worktrees: holdBefore(barrier, (plain, ...args) => plain.checkpoint(...args)),
  };
  const first = await createRig({ ...options, isFresh: true });
  const chatId = await first.addChat();
  await first.ended((await first.send({ chatId })).taskId);
  const { path } = await first.worktrees.ensure(first.session);
  await writeFile(join(path, "mine.txt"), "by hand\n");
  const { taskId } = await first.send({ chatId });
  await first.waitFor(({ body, taskId: of }) => of === taskId && body.type === "text.delta");
  await barrier.reached;
  await first.crash();
  await using rig = await createRig({ ...options, script: () => [] });
  await recoverTasks(rig, rig.salvage);
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "interrupted", filesChanged: 0 });
  barrier.open();
  await rig.ended((await rig.send({ chatId })).taskId);
  const changes = await listPendingChanges(rig.db.read, rig.session);
  expect(changes.map(({ path: name, agents }) => [name, agents])).toEqual([
    ["a.txt", ["boocode"]],
    ["mine.txt", [null]],
  ]);
  const authors = await repository.git("log", "--glob=refs/boocode/checkpoints", "--format=%ae", "--", "mine.txt");
  expect(authors).not.toContain("boocode@");
});
