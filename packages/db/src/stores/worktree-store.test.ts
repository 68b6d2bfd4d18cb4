import { ProjectId, WorktreeId } from "@boocode/shared/ids";
import { BUILT_IDS, buildWorktree } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../test/scratch-database.ts";
import { findLiveWorktree, insertWorktree, listWorktrees, updateWorktree } from "./worktree-store.ts";

const second = buildWorktree({ id: WorktreeId.parse("worktree-2"), createdAt: 2_000, inode: "18446744073709551615", state: "creating" });

it("holds one worktree per session that is not removed", async () => {
  const db = await scratchDatabase();
  await seed(db);
  expect(await findLiveWorktree(db.read, BUILT_IDS.session)).toEqual(buildWorktree());
  await expect(db.write("full", (tx) => insertWorktree(tx, second))).rejects.toThrow(/UNIQUE/);
  await db.write("full", async (tx) => {
    await updateWorktree(tx, BUILT_IDS.worktree, { state: "removed" });
    await insertWorktree(tx, second);
  });
  expect(await findLiveWorktree(db.read, BUILT_IDS.session)).toEqual(second);
  expect(await listWorktrees(db.read, BUILT_IDS.project)).toEqual([buildWorktree({ state: "removed" }), second]);
  expect(await listWorktrees(db.read, ProjectId.parse("nobody"))).toEqual([]);
});

it("changes only the fields in the patch", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const patch = { lastCheckpoint: "3".repeat(40), baseTree: "4".repeat(40), state: "missing" as const };
  expect(await db.write("full", (tx) => updateWorktree(tx, BUILT_IDS.worktree, patch))).toEqual(buildWorktree(patch));
  expect(await db.write("full", (tx) => updateWorktree(tx, BUILT_IDS.worktree, {}))).toEqual(buildWorktree(patch));
  expect(await db.write("full", (tx) => updateWorktree(tx, second.id, patch))).toBeNull();
});
