import type { Edit } from "@boocode/shared/changes/edits/edit";
import { ChangeId, EditId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChange } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import {
  findEdit,
  findEditOfChange,
  insertEdit,
  listEdits,
  listProjectsWithOldEdits,
  listUnsettledEdits,
  updateEdit,
} from "./edit-store.ts";

const oid = "a".repeat(40);

function buildEdit(id: string, given: Partial<Edit> = {}): Edit {
  return {
    id: EditId.parse(id),
    sessionId: BUILT_IDS.session,
    projectId: BUILT_IDS.project,
    worktreeId: BUILT_IDS.worktree,
    kind: "apply",
    state: "started",
    files: [{ root: "checkout", path: "caf\u00c3\u00a9.txt", before: null, after: { mode: "100644", oid } }],
    base: [{ path: "caf\u00c3\u00a9.txt", from: null, to: { mode: "100644", oid } }],
    baseBefore: oid,
    baseAfter: "b".repeat(40),
    index: [{ path: "a", from: null, to: { mode: "100755", oid } }],
    staged: [],
    judged: [],
    undoes: null,
    taskId: null,
    reason: null,
    createdAt: 1_000,
    endedAt: null,
    ...given,
  };
}

it("keeps an edit with what it judged, in the person's order, and finds it while it is not settled", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const judged = [
    { row: buildChange({ id: ChangeId.parse("chg_b"), path: "b" }), hunks: [2, 0] },
    { row: buildChange({ id: ChangeId.parse("chg_a"), path: "a" }), hunks: null },
  ];
  const edit = buildEdit("edit_1", { judged });
  const later = buildEdit("edit_2", { createdAt: 2_000, undoes: edit.id, kind: "undo_apply" });
  await db.write("full", async (tx) => {
    await insertEdit(tx, later, ["b"]);
    await insertEdit(tx, edit, ["b", "a"]);
  });
  expect(await findEdit(db.read, edit.id)).toEqual(edit);
  expect(await findEdit(db.read, EditId.parse("edit_3"))).toBeNull();
  expect(await listUnsettledEdits(db.read)).toEqual([edit, later]);

  await db.write("full", (tx) => updateEdit(tx, edit.id, { state: "done", endedAt: 3_000 }));
  await db.write("full", (tx) => updateEdit(tx, later.id, { state: "needs_attention", reason: "Other content" }));
  expect(await listUnsettledEdits(db.read)).toEqual([{ ...later, state: "needs_attention", reason: "Other content" }]);
  expect(await listEdits(db.read, BUILT_IDS.session, 1)).toMatchObject([{ id: later.id, undoes: edit.id, paths: ["b"], pathCount: 1 }]);
  expect(await listEdits(db.read, SessionId.parse("session-9"), 9)).toEqual([]);
});

it("finds the newest edit of a kind that is done and judged a change", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const change = buildChange({ id: ChangeId.parse("chg_a") });
  const judged = [{ row: change, hunks: null }];
  const edits = ["edit_1", "edit_2", "edit_3"].map((id, place) => buildEdit(id, { judged, state: "done", createdAt: place }));
  await db.write("full", async (tx) => {
    for (const edit of edits) await insertEdit(tx, edit, []);
    await updateEdit(tx, edits[2]!.id, { state: "undone" });
  });
  const find = (kind: Edit["kind"], id: string) => findEditOfChange(db.read, BUILT_IDS.session, kind, ChangeId.parse(id));
  expect(await find("apply", "chg_a")).toEqual(edits[1]);
  expect(await find("reject", "chg_a")).toBeNull();
  expect(await find("apply", "chg_b")).toBeNull();
});

it("names the projects whose edits ended before a time", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", async (tx) => {
    for (const [id, endedAt] of Object.entries({ edit_1: 10, edit_2: 20, edit_3: null }))
      await insertEdit(tx, buildEdit(id, { endedAt }), []);
  });
  expect(await listProjectsWithOldEdits(db.read, 10)).toEqual([]);
  expect(await listProjectsWithOldEdits(db.read, 30)).toEqual([BUILT_IDS.project]);
});

it("lists a hundred paths of an edit and counts all, and holds more changes than one statement can bind", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const judged = Array.from({ length: 2_500 }, (_, place) => ({
    row: buildChange({ id: ChangeId.parse(`chg_${place}`), path: `${place}` }),
    hunks: null,
  }));
  const edit = buildEdit("edit_1", { judged });
  const paths = judged.map(({ row }) => row.path);
  await db.write("full", (tx) => insertEdit(tx, edit, paths));
  expect(await listEdits(db.read, BUILT_IDS.session, 9)).toMatchObject([{ paths: paths.slice(0, 100), pathCount: 2_500 }]);
  expect(await findEdit(db.read, edit.id)).toEqual(edit);
});

it("reports an edit that no longer parses", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const edit = buildEdit("edit_1", { judged: [{ row: buildChange(), hunks: null }] });
  await db.write("full", async (tx) => {
    await insertEdit(tx, edit, []);
    await tx.updateTable("edit_changes").set({ row: "{}" }).execute();
  });
  await expect(findEdit(db.read, edit.id)).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
});
