import { expect, it } from "vitest";
import { crash, findThird } from "../edits/crash-fixture.ts";
import { buildCases, removeTemporaries, snapshot } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";

/** A session in which one agent changed every kind of file, another one and the person some of them, and nothing else is pending. */
async function createRejectable(count: number) {
  const cases = buildCases(count);
  const setup = await createTurns(cases.files);
  const { worktree, pending, sessionId, changeDiffs } = setup;
  const before = snapshot(worktree.path);
  await setup.write({ "goose.txt": "goose\n" });
  await pending.refresh(sessionId);
  const taskId = await setup.record(
    await setup.turn("qwen", async () => {
      cases.change(worktree.path);
      await setup.write({ "goose.txt": "goose\nqwen\n" });
    }),
  );
  const rows = await pending.list(sessionId);
  const blamesOf = async () =>
    (
      await changeDiffs.list(
        sessionId,
        rows.slice(0, 20).map(({ id }) => id),
      )
    ).diffs.map(({ blame }) => blame);
  return Object.assign(setup, {
    before,
    beforeTurn: new Map([...before, ["goose.txt", "file goose\n"]]),
    after: snapshot(worktree.path),
    rows,
    taskId,
    blamesOf,
    blames: await blamesOf(),
    look: () => snapshot(worktree.path),
    checkout: snapshot(setup.repository.path),
  });
}

type Rejectable = Awaited<ReturnType<typeof createRejectable>>;
type Parts = ReturnType<Rejectable["openEdits"]>;

interface TakenBack {
  name: string;
  /** What the worktree is once it is taken back. */
  to: (setup: Rejectable) => ReadonlyMap<string, string>;
  left: string[];
  take: (setup: Rejectable, parts: Parts) => Promise<unknown>;
  undo: (setup: Rejectable, parts: Parts, id: Parameters<Parts["reject"]["undo"]>[0]["rejectId"]) => Promise<unknown>;
}

const WAYS: TakenBack[] = [
  {
    name: "reject",
    to: ({ before }) => before,
    left: [],
    take: ({ sessionId, rows }, { reject }) => reject.reject({ sessionId, changeIds: rows.map(({ id }) => id) }),
    undo: ({ sessionId }, { reject }, rejectId) => reject.undo({ sessionId, rejectId }),
  },
  {
    name: "restore",
    to: ({ beforeTurn }) => beforeTurn,
    left: ["goose.txt"],
    take: ({ taskId }, { restore }) => restore.restore({ taskId }),
    undo: ({ sessionId }, { restore }, restoreId) => restore.undo({ sessionId, restoreId }),
  },
];

it.each(WAYS.flatMap((way) => [1, 10].map((count) => ({ ...way, count }))))(
  "F4 killed at any point of a $name of $count changes, or of taking that back, it is finished at the next start",
  { timeout: 600_000 },
  async ({ name, to, left, take, undo, count }) => {
    await using setup = await createRejectable(count);
    const { after, rows, sessionId, pending, worktree } = setup;
    const target = to(setup);
    const names: string[] = [];
    for (let at = 0; ; at++) {
      const taken = await crash(at, (failpoint) => take(setup, setup.openEdits(failpoint)));
      expect(findThird(setup.look(), after, target)).toEqual([]);
      removeTemporaries(worktree.path);
      await setup.openEdits(() => {}).recover();
      const [edit] = await setup.apply.list(sessionId);
      expect(edit).toMatchObject({ kind: name, state: "done" });
      expect(setup.look()).toEqual(target);
      expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual(left);
      // What BooCode wrote is nobody's edit: a look finds nothing of the person's.
      await pending.refresh(sessionId);
      expect((await pending.list(sessionId)).map(({ path, agents }) => [path, agents])).toEqual(left.map((path) => [path, [null]]));

      const undone = await crash(at, (failpoint) => undo(setup, setup.openEdits(failpoint), edit!.id));
      expect(findThird(setup.look(), after, target)).toEqual([]);
      removeTemporaries(worktree.path);
      await setup.openEdits(() => {}).recover();
      expect(setup.look()).toEqual(after);
      expect(await pending.list(sessionId)).toEqual(rows);
      expect(await setup.blamesOf()).toEqual(setup.blames);
      expect(snapshot(setup.repository.path)).toEqual(setup.checkout);
      if (taken === null && undone === null) break;
      names.push(taken ?? "done");
    }
    expect(names.filter((each) => each.startsWith("edit.file.")).length).toBeGreaterThanOrEqual(count);
    expect(names).toEqual(
      expect.arrayContaining(["edit.recorded", "edit.temporaries", "edit.file.0", "edit.written", "edit.checkpoint", "edit.done"]),
    );
  },
);
