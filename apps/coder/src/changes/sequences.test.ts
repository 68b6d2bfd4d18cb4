import * as fc from "fast-check";
import { existsSync } from "node:fs";
import { it, expect } from "vitest";
import type { ChangeId } from "@boocode/shared/ids";
import { createWorld, type Act, type Step, type World } from "./sequence-fixture.ts";

// What survives a power cut is not the question here, so nothing waits for a disk.
if (existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm";

/** What may happen next. A new kind of edit is a line more. */
const ACTS = {
  agent: async (world, step) => {
    const turn = await world.turn(["qwen", "goose"][step.which % 2]!, async () => world.edit(world.worktree.path, "agent", step));
    world.tasks.push(await world.record(turn));
  },
  person: async (world, step) => world.edit(world.repository.path, "person", step),
  personInWorktree: async (world, step) => world.edit(world.worktree.path, "hand", step),
  apply: async (world, step) => {
    const { sessionId } = world;
    await world.pending.refresh(sessionId);
    const rows = (await world.pending.list(sessionId)).filter((_, at) => step.which % 2 === 0 || at === step.where % 3);
    if (rows.length === 0) return;
    const applied = await world.judge(step, ({ apply }) => apply.apply({ sessionId, changeIds: rows.map(({ id }) => id) }));
    if (applied) world.applied.push(applied.applyId);
  },
  applyHunk: async (world, step) => {
    const { sessionId } = world;
    await world.pending.refresh(sessionId);
    const rows = await world.pending.list(sessionId);
    const row = rows[step.where % Math.max(1, rows.length)];
    const hunks = row && (await world.changeDiffs.diff(sessionId, row.id)).hunks;
    if (!row || !hunks || hunks.length === 0) return;
    const choice = { changeId: row.id, hunks: [step.which % hunks.length] };
    const applied = await world.judge(step, ({ apply }) => apply.apply({ sessionId, changeIds: [row.id], hunks: [choice] }));
    if (applied) world.applied.push(applied.applyId);
  },
  undoApply: async (world, step) => {
    const applyId = world.applied[step.which % Math.max(1, world.applied.length)];
    if (applyId) await world.judge(step, ({ apply }) => apply.undo({ sessionId: world.sessionId, applyId }));
  },
  stage: (world, step) => world.stage(step),
  stageMore: (world, step) => world.stage({ ...step, where: step.where + 1 }),
  /** A turn in review mode, of which a command may write as well. */
  review: async (world, step) => {
    const turn = await world.turn("boocode", async () => {
      if (step.isRaced) world.edit(world.worktree.path, "agent", step);
    });
    const taskId = await world.record(turn);
    world.tasks.push(taskId);
    await world.stage(step, { ...turn.task, taskId });
  },
  restore: async (world, step) => {
    const taskId = world.tasks[step.which % Math.max(1, world.tasks.length)];
    if (taskId) await world.restore(step, taskId);
  },
  undoRestore: async (world, step) => {
    const restoreId = world.restored[step.which % Math.max(1, world.restored.length)];
    if (restoreId) await world.undoRestore(step, restoreId);
  },
  writeStaged: async (world, step) => {
    const rows = await findStaged(world, step);
    const writeId = rows.length > 0 && (await world.writeStaged(step, rows));
    if (writeId) world.written.push(writeId);
  },
  undoWriteStaged: async (world, step) => {
    const writeId = world.written[step.which % Math.max(1, world.written.length)];
    if (writeId) await world.judge(step, ({ stagedWrites }) => stagedWrites.undo({ sessionId: world.sessionId, writeId }));
  },
  rejectStaged: async (world, step) => {
    const changeIds = await findStaged(world, step);
    if (changeIds.length > 0) await world.rejectStaged(step, changeIds);
  },
  reject: async (world, step) => {
    const { sessionId } = world;
    await world.pending.refresh(sessionId);
    const rows = await world.pending.list(sessionId);
    const row = rows[step.where % Math.max(1, rows.length)];
    const done = row && (await world.judge(step, ({ reject }) => reject.reject({ sessionId, changeIds: [row.id] })));
    if (done) world.rejected.push(done.rejectId);
  },
  undoReject: async (world, step) => {
    const rejectId = world.rejected[step.which % Math.max(1, world.rejected.length)];
    if (rejectId) await world.judge(step, ({ reject }) => reject.undo({ sessionId: world.sessionId, rejectId }));
  },
} satisfies Record<string, Act>;

/** Some of the staged changes. */
async function findStaged({ pending, sessionId }: World, { which, where }: Step): Promise<ChangeId[]> {
  const rows = (await pending.list(sessionId)).filter(({ location }) => location === "staged");
  return rows.filter((_, at) => which % 2 === 0 || at === where % rows.length).map(({ id }) => id);
}

/** How often each act comes, of all together. What may lose something comes often: both sides edit, then it is applied. */
const WEIGHTS: Record<keyof typeof ACTS, number> = {
  agent: 5,
  person: 5,
  personInWorktree: 1,
  apply: 6,
  applyHunk: 2,
  undoApply: 2,
  reject: 1,
  undoReject: 2,
  stage: 5,
  stageMore: 2,
  review: 3,
  restore: 4,
  undoRestore: 3,
  writeStaged: 3,
  undoWriteStaged: 1,
  rejectStaged: 1,
};

const step = fc.record({
  act: fc.constantFrom(
    ...Object.keys(ACTS).flatMap((act) => Array.from({ length: WEIGHTS[act as keyof typeof ACTS] }, () => act as keyof typeof ACTS)),
  ),
  which: fc.nat(100),
  where: fc.nat(100),
  isRaced: fc.nat(3).map((of) => of === 0),
});

it(
  "F26 whatever agents, the person and BooCode do one after the other, no line of the person's is lost, and base and pending make the worktree",
  { timeout: 900_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
        await using world = await createWorld();
        for (const { act, ...input } of steps) {
          await ACTS[act](world, input);
          await world.expectWhole();
        }
        const states = (await world.apply.list(world.sessionId)).map(({ state }) => state);
        expect(states.filter((state) => !["done", "failed", "undone"].includes(state))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  },
);
