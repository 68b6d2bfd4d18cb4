import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, createTempFolder, writeFiles } from "@boocode/testkit/repo-builder";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../test/task-rig.ts";
import { recoverTasks } from "../recover-tasks.ts";

const changesOf = async (rig: Rig) =>
  (await listPendingChanges(rig.db.read, rig.session)).map(
    ({ path, agent, evidence, operation }) => `${operation} ${path}: ${agent ?? "person"}, ${evidence}`,
  );
const capturedOf = async (rig: Rig) => (await rig.bodies()).flatMap((body) => (body.type === "changes.captured" ? [body.paths] : []));

const writeTool = (path: string): ScriptStep => ({
  do: "emit",
  event: { type: "tool.started", callId: path, name: "write", kind: "write", title: `Write ${path}`, paths: [path], input: null },
});

it("what a turn writes is the agent's, what lies there before is the person's, and the checkout stays as it was", async () => {
  await using repository = await createRepository({ "readme.txt": "hello\n" });
  await using rig = await createRig({
    repository: repository.path,
    script: (prompt) =>
      prompt.text === "first"
        ? [writeTool("named.txt"), { do: "write", path: "named.txt", text: "a\n" }, { do: "write", path: "unnamed.txt", text: "b\n" }]
        : [{ do: "write", path: "readme.txt", text: "changed\n" }],
  });
  await rig.send({ text: "first" });
  await rig.dispatcher.settle();
  expect(await changesOf(rig)).toEqual(["added named.txt: boocode, tool", "added unnamed.txt: boocode, inferred"]);
  const worktree = await rig.worktrees.ensure(rig.session);
  await writeFiles(worktree.path, { "mine.txt": "by hand\n" });
  await rig.send({ text: "second" });
  await rig.dispatcher.settle();
  expect(await changesOf(rig)).toEqual([
    "added mine.txt: person, inferred",
    "added named.txt: boocode, tool",
    "modified readme.txt: boocode, inferred",
    "added unnamed.txt: boocode, inferred",
  ]);
  expect(await capturedOf(rig)).toEqual([["named.txt", "unnamed.txt"], ["readme.txt"]]);
  expect(await repository.git("status", "--porcelain")).toBe("");
});

it("what an interrupted turn had written is there after the next start, and is the agent's", async () => {
  await using repository = await createRepository({ "readme.txt": "hello\n" });
  await using folder = await createTempFolder();
  const barrier = new Barrier();
  const first = await createRig({
    repository: repository.path,
    folder: folder.path,
    isFresh: true,
    script: () => [writeTool("half.txt"), { do: "write", path: "half.txt", text: "so far\n" }, { do: "wait", barrier }],
  });
  const { taskId } = await first.send();
  await barrier.reached;
  await first.waitFor(({ body }) => body.type === "tool.started");
  await first.crash();
  await using rig = await createRig({ repository: repository.path, folder: folder.path, script: () => [] });
  await recoverTasks(rig, rig.salvage);
  expect(await changesOf(rig)).toEqual(["added half.txt: boocode, tool"]);
  const told = (await rig.events()).filter((event) => event.taskId === taskId).map(({ body }) => body);
  expect(told.slice(-3)).toMatchObject([
    { type: "checkpoint.taken", when: "after" },
    { type: "changes.captured", paths: ["half.txt"] },
    { type: "task.ended", state: "interrupted", cause: "daemon_restart", filesChanged: 1 },
  ]);
});

it("a turn that leaves files which no checkpoint holds says so", async () => {
  await using repository = await createRepository({ "readme.txt": "hello\n" });
  await using rig = await createRig({
    repository: repository.path,
    script: (prompt) => (prompt.text === "first" ? [] : [{ do: "write", path: "nested/own.txt", text: "own\n" }]),
  });
  await rig.send({ text: "first" });
  await rig.dispatcher.settle();
  const worktree = await rig.worktrees.ensure(rig.session);
  await repository.git("clone", "--quiet", repository.path, `${worktree.path}/nested`);
  await rig.send({ text: "second" });
  await rig.dispatcher.settle();
  await rig.send({ text: "third" });
  await rig.dispatcher.settle();
  const notices = (await rig.bodies()).flatMap((body) => (body.type === "notice" ? [body.text] : []));
  expect(notices).toEqual(["Not covered by checkpoints, so not shown as changes: nested/"]);
});
