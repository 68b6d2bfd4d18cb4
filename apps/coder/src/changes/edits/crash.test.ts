import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replacePendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import { updateWorktree } from "@boocode/db/stores/worktree-store";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { crash, findThird, listDifferent } from "./crash-fixture.ts";
import { buildCases, putBack, removeTemporaries, snapshot } from "./edit-cases-fixture.ts";

/** A session with one turn's changes of every kind, and what its project's checkout is before and after they are applied. */
async function createApplicable(count: number, first = 0) {
  const cases = buildCases(count, first);
  const setup = await createTurns(cases.files);
  const before = snapshot(setup.repository.path);
  await setup.turn("qwen", async () => cases.change(setup.worktree.path));
  const after = snapshot(setup.worktree.path);
  const own = ["index", "HEAD"].map((name) => join(setup.repository.path, ".git", name));
  const ownBefore = own.map((file) => readFileSync(file));
  const rows = await setup.pending.list(setup.sessionId);
  const { id, baseTree } = (await setup.worktrees.find(setup.sessionId))!;
  return Object.assign(setup, {
    before,
    after,
    rows,
    /** The store as it was before the first edit. */
    forgetEdits: () =>
      setup.db.write("normal", async (tx) => {
        await tx.deleteFrom("edit_changes").execute();
        await tx.deleteFrom("edits").execute();
        await updateWorktree(tx, id, { baseTree });
        await replacePendingChanges(tx, setup.sessionId, rows);
      }),
    look: () => snapshot(setup.repository.path),
    expectUntouched: (now: ReadonlyMap<string, string>) => expect(listDifferent(now, before)).toEqual([]),
    async expectApplied() {
      const end = snapshot(setup.repository.path);
      expect(listDifferent(end, after)).toEqual([]);
      expect(await setup.apply.list(setup.sessionId)).toMatchObject([{ kind: "apply", state: "done" }]);
      expect(await setup.pending.list(setup.sessionId)).toEqual([]);
      return end;
    },
    expectOwnUntouched: () => expect(own.map((file) => readFileSync(file))).toEqual(ownBefore),
  });
}

/** Changes of every kind in turn that write or remove so many files. */
const COUNTS = [
  { files: 1, changes: 1 },
  // A file that goes, and one that comes in a new folder.
  { files: 2, changes: 2, first: 2 },
  { files: 50, changes: 37 },
  { files: 300, changes: 215 },
];

it.each(COUNTS)(
  "F4 killed at each point of applying $files files, it is finished at the next start, or nothing has been touched",
  { timeout: 600_000 },
  async ({ files, changes, first }) => {
    await using setup = await createApplicable(changes, first);
    const { before, after, rows, sessionId, repository } = setup;
    const changeIds = rows.map(({ id }) => id);
    const passed: string[] = [];
    for (let at = 0; ; at++) {
      const name = await crash(at, (failpoint) => setup.openEdits(failpoint).apply.apply({ sessionId, changeIds }), {
        withTemporaries: true,
      });
      const now = setup.look();
      expect(findThird(now, before, after)).toEqual([]);
      if (name !== null) removeTemporaries(repository.path);
      // While temporary files are written nothing else is, so the next start finds what it finds at the first point.
      if (name === "edit.temporary") setup.expectUntouched(now);
      else {
        if (name !== null) await setup.openEdits(() => {}).recover();
        putBack(repository.path, await setup.expectApplied(), before);
      }
      if (name === null) break;
      passed.push(name);
      await setup.forgetEdits();
    }
    setup.expectOwnUntouched();
    const count = (point: string) => passed.filter((name) => name.startsWith(point)).length;
    expect(count("edit.file.")).toBe(files);
    expect(count("edit.temporary")).toBeGreaterThan(files / 2 - 1);
    const once = ["edit.recorded", "edit.temporaries", ...(files < 50 ? [] : ["edit.ahead"]), "edit.written", "edit.done"];
    expect(once.map(count)).toEqual(once.map(() => 1));
  },
);

it.each([1, 2, 50])(
  "F4 killed at any point of taking an apply of %i changes back, that is finished at the next start",
  { timeout: 600_000 },
  async (changes) => {
    await using setup = await createApplicable(changes);
    const { before, after, rows, sessionId, pending, repository } = setup;
    const changeIds = rows.map(({ id }) => id);
    const passed: string[] = [];
    for (let at = 0; ; at++) {
      const { applyId } = await setup.apply.apply({ sessionId, changeIds });
      const name = await crash(at, (failpoint) => setup.openEdits(failpoint).apply.undo({ sessionId, applyId }));
      expect(findThird(setup.look(), before, after)).toEqual([]);
      removeTemporaries(repository.path);
      await setup.openEdits(() => {}).recover();
      expect(listDifferent(setup.look(), before)).toEqual([]);
      expect(await pending.list(sessionId)).toEqual(rows);
      if (name === null) break;
      passed.push(name);
    }
    setup.expectOwnUntouched();
    expect(passed.filter((name) => name.startsWith("edit.file.")).length).toBeGreaterThanOrEqual(changes);
    expect(passed).toEqual(expect.arrayContaining(["edit.recorded", "edit.temporaries", "edit.file.0", "edit.written", "edit.done"]));
  },
);

it("F4 killed after each of 50 files, and again in every recovery, it is finished in the end", { timeout: 600_000 }, async () => {
  await using setup = await createApplicable(37);
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
  expect(counts.length).toBe(50);
  expect(counts).toEqual(counts.map((_, round) => counts[0]! + round));
  removeTemporaries(setup.repository.path);
  await setup.openEdits(() => {}).recover();
  expect(setup.look()).toEqual(after);
  expect(await setup.pending.list(sessionId)).toEqual([]);
  setup.expectOwnUntouched();
});
