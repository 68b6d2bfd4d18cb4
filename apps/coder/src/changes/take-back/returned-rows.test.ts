import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

const TEXT = "1\n2\n3\n";
type Turns = Awaited<ReturnType<typeof createTurns>>;

/** The authors of the only row, and of all its hunks. */
async function authorsOf({ pending, changeDiffs, sessionId }: Turns) {
  await pending.refresh(sessionId);
  const [row, ...others] = await pending.list(sessionId);
  expect(others).toEqual([]);
  const { diffs } = await changeDiffs.list(sessionId, [row!.id]);
  return { row: row!.agents, hunks: diffs.flatMap(({ diff }) => diff.hunks.flatMap((hunk) => hunk.agents)) };
}

it("a change that an undo brings back is also the person's who made it again, after it was applied and restored", async () => {
  await using setup = await createTurns({ "a.txt": TEXT });
  const { sessionId, worktree, pending, apply, restore } = setup;
  const remove = () => rm(join(worktree.path, "a.txt"));
  const taskId = await setup.record(await setup.turn("qwen", remove));
  const [row] = await pending.list(sessionId);
  const { applyId } = await apply.apply({ sessionId, changeIds: [row!.id] });
  await restore.restore({ taskId });
  await remove();
  await pending.refresh(sessionId);
  await apply.undo({ sessionId, applyId });
  expect(await authorsOf(setup)).toEqual({ row: [null, "qwen"], hunks: [null] });
});

it("a change that an undo brings back is also the agent's that changed the file meanwhile and left it as it was", async () => {
  await using setup = await createTurns({ "a.txt": TEXT });
  const { sessionId, worktree, pending, reject } = setup;
  const remove = () => rm(join(worktree.path, "a.txt"));
  await setup.turn("qwen", remove);
  const [row] = await pending.list(sessionId);
  const { rejectId } = await reject.reject({ sessionId, changeIds: [row!.id] });
  await setup.turn("goose", remove);
  await setup.turn("goose", () => setup.write({ "a.txt": TEXT }));
  await reject.undo({ sessionId, rejectId });
  expect(await authorsOf(setup)).toEqual({ row: ["goose", "qwen"], hunks: ["goose"] });
});

it("a change that an undo of a restore brings back has its author, though it had been applied and had no row", async () => {
  await using setup = await createTurns({ "a.txt": TEXT });
  const { sessionId, worktree, pending, apply, restore } = setup;
  const taskId = await setup.record(await setup.turn("qwen", () => rm(join(worktree.path, "a.txt"))));
  const [row] = await pending.list(sessionId);
  const { applyId } = await apply.apply({ sessionId, changeIds: [row!.id] });
  const { restoreId } = await restore.restore({ taskId });
  await apply.undo({ sessionId, applyId });
  expect(await pending.list(sessionId)).toEqual([]);
  await restore.undo({ sessionId, restoreId });
  expect(await authorsOf(setup)).toEqual({ row: ["qwen"], hunks: ["qwen"] });
});

it("a change that an undo brings back keeps its authors where nobody else has touched the file", async () => {
  await using setup = await createTurns({ "a.txt": TEXT });
  const { sessionId, pending, apply } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": `${TEXT}4\n` }));
  const [row] = await pending.list(sessionId);
  const { applyId } = await apply.apply({ sessionId, changeIds: [row!.id] });
  await setup.turn("goose", () => setup.write({ "b.txt": "b\n" }));
  await apply.undo({ sessionId, applyId });
  const rows = await pending.list(sessionId);
  expect(rows.map(({ path, agents }) => [path, agents])).toEqual([
    ["a.txt", ["qwen"]],
    ["b.txt", ["goose"]],
  ]);
  expect(rows[0]).toEqual(row);
});
