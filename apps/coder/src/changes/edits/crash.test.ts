import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { crash, findThird } from "./crash-fixture.ts";
import { buildCases, removeTemporaries, snapshot } from "./edit-cases-fixture.ts";

/** A session with one turn's changes of every kind, and what its project's checkout is before and after they are applied. */
async function createApplicable(count: number) {
  const cases = buildCases(count);
  const setup = await createTurns(cases.files);
  const before = snapshot(setup.repository.path);
  await setup.turn("qwen", async () => cases.change(setup.worktree.path));
  const after = snapshot(setup.worktree.path);
  const own = ["index", "HEAD"].map((name) => join(setup.repository.path, ".git", name));
  const ownBefore = own.map((file) => readFileSync(file));
  return Object.assign(setup, {
    before,
    after,
    rows: await setup.pending.list(setup.sessionId),
    look: () => snapshot(setup.repository.path),
    expectOwnUntouched: () => expect(own.map((file) => readFileSync(file))).toEqual(ownBefore),
  });
}

it.each([1, 2, 50])(
  "F4 killed at any point of applying %i changes, or of taking that back, it is finished at the next start",
  { timeout: 600_000 },
  async (count) => {
    await using setup = await createApplicable(count);
    const { before, after, rows, sessionId, pending, repository } = setup;
    const changeIds = rows.map(({ id }) => id);
    const names: string[] = [];
    for (let at = 0; ; at++) {
      const applied = await crash(at, (failpoint) => setup.openEdits(failpoint).apply.apply({ sessionId, changeIds }));
      expect(findThird(setup.look(), before, after)).toEqual([]);
      removeTemporaries(repository.path);
      await setup.openEdits(() => {}).recover();
      const [edit] = await setup.apply.list(sessionId);
      expect(edit).toMatchObject({ kind: "apply", state: "done" });
      expect(setup.look()).toEqual(after);
      expect(await pending.list(sessionId)).toEqual([]);

      // The undo is an edit like any other.
      const undone = await crash(at, (failpoint) => setup.openEdits(failpoint).apply.undo({ sessionId, applyId: edit!.id }));
      expect(findThird(setup.look(), before, after)).toEqual([]);
      removeTemporaries(repository.path);
      await setup.openEdits(() => {}).recover();
      expect(setup.look()).toEqual(before);
      expect(await pending.list(sessionId)).toEqual(rows);
      setup.expectOwnUntouched();
      if (applied === null && undone === null) break;
      names.push(applied ?? "done");
    }
    expect(names.filter((name) => name.startsWith("edit.file.")).length).toBeGreaterThanOrEqual(count);
    expect(names).toEqual(expect.arrayContaining(["edit.recorded", "edit.temporaries", "edit.file.0", "edit.written", "edit.done"]));
    expect(names.includes("edit.ahead")).toBe(count === 50);
  },
);

it("F4 killed after each of 300 changes, and again in every recovery, it is finished in the end", { timeout: 600_000 }, async () => {
  await using setup = await createApplicable(300);
  const { before, after, rows, sessionId } = setup;
  const countAfter = () => {
    const now = setup.look();
    expect(findThird(now, before, after)).toEqual([]);
    return [...new Set([...before.keys(), ...after.keys()])].filter((path) => now.get(path) === after.get(path)).length;
  };
  /** The failpoint after the first file: recorded, temporaries, ahead, file. A recovery records nothing, and waits for its files. */
  const AFTER_FIRST = { apply: 3, recover: 1 };
  const first = await crash(AFTER_FIRST.apply, (failpoint) =>
    setup.openEdits(failpoint).apply.apply({ sessionId, changeIds: rows.map(({ id }) => id) }),
  );
  expect(first).toBe("edit.file.0");
  const counts = [countAfter()];
  const crashAgain = () => {
    removeTemporaries(setup.repository.path);
    return crash(AFTER_FIRST.recover, (failpoint) => setup.openEdits(failpoint).recover());
  };
  while ((await crashAgain()) === "edit.file.0") counts.push(countAfter());
  expect(counts.length).toBeGreaterThan(300);
  expect(counts).toEqual(counts.map((_, round) => counts[0]! + round));
  removeTemporaries(setup.repository.path);
  await setup.openEdits(() => {}).recover();
  expect(setup.look()).toEqual(after);
  expect(await setup.pending.list(sessionId)).toEqual([]);
  setup.expectOwnUntouched();
});
