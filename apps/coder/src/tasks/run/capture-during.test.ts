import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository, writeFiles } from "@boocode/testkit/repo-builder";
import type { ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../test/task-rig.ts";

const tool = (callId: string, kind: "write" | "read", path: string): ScriptStep[] => [
  { do: "emit", event: { type: "tool.started", callId, name: kind, kind, title: `${kind} ${path}`, paths: [path], input: {} } },
];
const done = (callId: string): ScriptStep => ({
  do: "emit",
  event: { type: "tool.updated", callId, status: "completed", result: {} },
});
const write = (path: string, text: string): ScriptStep[] => [...tool(path, "write", path), { do: "write", path, text }, done(path)];

const rowsOf = async ({ db, session }: Rig) =>
  (await listPendingChanges(db.read, session)).map(
    ({ path, agents, evidence }) => `${path}: ${agents.map((agent) => agent ?? "you").join(", ")} (${evidence})`,
  );

/** Lets time pass until the rows are what is expected. */
async function untilRows(rig: Rig, wanted: readonly string[]): Promise<void> {
  while (JSON.stringify(await rowsOf(rig)) !== JSON.stringify(wanted)) {
    rig.time.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it("shows what a turn has changed while it runs, and in the end what it would have shown anyway", async () => {
  await using repository = await createRepository({ "a.txt": "a\n", "mine.txt": "m\n" });
  const [first, second] = [new Barrier(), new Barrier()];
  await using rig = await createRig({
    repository: repository.path,
    script: (prompt) =>
      prompt.text === "first"
        ? []
        : [
            ...write("a.txt", "once\n"),
            { do: "wait", barrier: first },
            ...write("b.txt", "b\n"),
            ...write("mine.txt", "the agent's\n"),
            { do: "wait", barrier: second },
            // What the turn takes back is not its own in the end.
            ...write("mine.txt", "by hand\n"),
          ],
  });
  const chatId = await rig.addChat();
  await rig.ended((await rig.send({ chatId, text: "first" })).taskId);
  const { path } = await rig.worktrees.ensure(rig.session);
  await writeFiles(path, { "mine.txt": "by hand\n" });
  const { taskId } = await rig.send({ chatId, text: "second" });
  await first.reached;
  await untilRows(rig, ["a.txt: boocode (tool)", "mine.txt: you (inferred)"]);
  first.open();
  await second.reached;
  await untilRows(rig, ["a.txt: boocode (tool)", "b.txt: boocode (tool)", "mine.txt: boocode, you (tool)"]);
  second.open();
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "completed", filesChanged: 2 });
  expect(await rowsOf(rig)).toEqual(["a.txt: boocode (tool)", "b.txt: boocode (tool)", "mine.txt: you (inferred)"]);
  expect(await readFile(join(path, "mine.txt"), "utf8")).toBe("by hand\n");
  const taken = (await rig.events()).filter(({ taskId: of, body }) => of === taskId && body.type === "checkpoint.taken");
  expect(taken.map(({ body }) => body.type === "checkpoint.taken" && body.when)).toEqual(["before", "after"]);
});

it("shows what a turn has changed while it runs to the person who looks, without any tool", async () => {
  await using repository = await createRepository({ "a.txt": "a\n" });
  const barrier = new Barrier();
  await using rig = await createRig({ repository: repository.path, script: () => [{ do: "wait", barrier }] });
  const { taskId } = await rig.send();
  await barrier.reached;
  const { path } = await rig.worktrees.ensure(rig.session);
  await writeFiles(path, { "by-hand.txt": "h\n" });
  rig.tasks.captureSoon(rig.session);
  await untilRows(rig, ["by-hand.txt: boocode (inferred)"]);
  barrier.open();
  await rig.ended(taskId);
  rig.tasks.captureSoon(rig.session);
  expect(await rowsOf(rig)).toEqual(["by-hand.txt: boocode (inferred)"]);
});

it("takes no checkpoint for a turn that only reads", async () => {
  await using repository = await createRepository({ "a.txt": "a\n" });
  const barrier = new Barrier();
  const taken: string[] = [];
  await using rig = await createRig({
    repository: repository.path,
    worktrees: (plain) => ({
      ensure: (sessionId) => plain.ensure(sessionId),
      checkpoint: (worktree, input) => {
        taken.push(input.when);
        return plain.checkpoint(worktree, input);
      },
    }),
    script: () => [...tool("r", "read", "a.txt"), done("r"), { do: "wait", barrier }],
  });
  const { taskId } = await rig.send();
  await barrier.reached;
  rig.time.advance(60_000);
  barrier.open();
  await rig.ended(taskId);
  expect(taken).toEqual(["before", "after"]);
});
