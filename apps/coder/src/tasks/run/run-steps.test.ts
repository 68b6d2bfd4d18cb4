import type { Database } from "@boocode/db/database";
import { findAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { findTask } from "@boocode/db/stores/chats/task-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { AgentId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createRig } from "../../../test/task-rig.ts";

const boocode = AgentId.parse("boocode");

/** Throws at the n-th step of everything a run asks of the world, once. */
function failpoints(failAt: number, makeError: () => Error) {
  const steps: string[] = [];
  const pass = (name: string) => {
    steps.push(name);
    if (steps.length === failAt) throw makeError();
  };
  return { steps, pass };
}

async function runOnce(failAt: number, makeError: () => Error) {
  const { steps, pass } = failpoints(failAt, makeError);
  // What comes before the run is the sender's to hear about, not the task's.
  let isArmed = true;
  let isRunning = false;
  await using rig = await createRig({
    script: () => {
      if (isArmed) pass("prompt");
      return [{ do: "say", text: "Hello there" }, { do: "end" }];
    },
    openError: () => {
      if (isArmed) pass("open");
      return null;
    },
    worktrees: (plain) => ({
      ensure: async (sessionId) => {
        isRunning = true;
        if (isArmed) pass("ensure");
        return plain.ensure(sessionId);
      },
      checkpoint: async (worktree, input) => {
        if (isArmed) pass(`checkpoint ${input.when}`);
        return plain.checkpoint(worktree, input);
      },
    }),
    captureChanges: async () => {
      if (isArmed) pass("capture");
      return { paths: ["a.txt"], additions: 1, deletions: 0 };
    },
    wrapDatabase: (db): Database => ({
      read: db.read,
      write: async (durability, run) => {
        if (isArmed && isRunning) pass(`write ${durability}`);
        return db.write(durability, run);
      },
      health: () => db.health(),
      close: () => db.close(),
      [Symbol.asyncDispose]: () => db.close(),
    }),
  });
  const { taskId, chatId } = await rig.send();
  const settled = rig.dispatcher.settle().then(() => true);
  // A store that is full is asked again after a while: time passes until it has been.
  while (!(await Promise.race([settled, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]))) rig.time.advance(10_000);
  const ends = (await rig.events()).filter(({ body }) => body.type === "task.ended");
  const task = await findTask(rig.db.read, taskId);
  const record = await findAgentSession(rig.db.read, chatId, boocode);
  isArmed = false;
  const next = await rig.send();
  await rig.dispatcher.settle();
  const after = await findTask(rig.db.read, next.taskId);
  return { steps, hasFired: steps.length >= failAt, ends, task, record, after };
}

it.each([
  ["an error nobody expects", () => new Error("injected")],
  ["a disk that is full for a moment", () => new DomainError({ kind: "storage_failed", reason: "The disk is full." })],
])("whatever step fails with %s, the task ends exactly once, and the next one works", async (name, makeError) => {
  const seen: string[] = [];
  for (let failAt = 1, isMore = true; isMore; failAt++) {
    const { steps, hasFired, ends, task, record, after } = await runOnce(failAt, makeError);
    const failed = { step: `${name}, step ${failAt}: ${steps[failAt - 1]}` };
    const told = ends.map(({ body }) => (body.type === "task.ended" ? [body.state, body.cause] : []));
    const isExplained = task?.state === "completed" || (task?.cause != null && task.evidence !== null);
    expect({ ...failed, told, isExplained, isFreed: record?.status !== "busy", next: after?.state }).toEqual({
      ...failed,
      told: [[task?.state, task?.cause]],
      isExplained: true,
      isFreed: true,
      next: "completed",
    });
    isMore = hasFired;
    if (hasFired) seen.push(steps[failAt - 1] ?? "");
  }
  expect(new Set(seen)).toEqual(
    new Set(["ensure", "checkpoint before", "open", "write full", "prompt", "write normal", "checkpoint after", "capture"]),
  );
});
