import { WorktreeId } from "@boocode/shared/ids";
import { BUILT_IDS, buildWorktree } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../test/scratch-database.ts";
import { findPortBase, insertPortBase, listPortBases } from "./port-block-store.ts";
import { deleteWorktree, insertWorktree, updateWorktree } from "./worktree-store.ts";

const other = WorktreeId.parse("worktree-2");

async function setUp() {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", (tx) => insertWorktree(tx, buildWorktree({ id: other, sessionId: null })));
  const insert = (id: WorktreeId, base: number) => db.write("full", (tx) => insertPortBase(tx, id, base));
  return { db, insert };
}

it("a worktree has one block, and a block one worktree", async () => {
  const { db, insert } = await setUp();
  expect(await findPortBase(db.read, BUILT_IDS.worktree)).toBeNull();
  expect(await insert(BUILT_IDS.worktree, 21_000)).toBe(true);
  expect(await insert(BUILT_IDS.worktree, 21_010)).toBe(false);
  expect(await insert(other, 21_000)).toBe(false);
  expect(await insert(other, 21_010)).toBe(true);
  expect(await findPortBase(db.read, BUILT_IDS.worktree)).toBe(21_000);
  expect(await listPortBases(db.read)).toEqual(new Set([21_000, 21_010]));
});

it("a removed worktree keeps its block, because it may come back; one that is forgotten gives it back", async () => {
  const { db, insert } = await setUp();
  await insert(other, 21_000);
  await db.write("full", (tx) => updateWorktree(tx, other, { state: "removed" }));
  expect(await listPortBases(db.read)).toEqual(new Set([21_000]));
  await db.write("full", (tx) => deleteWorktree(tx, other));
  expect(await listPortBases(db.read)).toEqual(new Set());
});
