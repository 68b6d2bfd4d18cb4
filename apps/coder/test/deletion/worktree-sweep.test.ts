import { existsSync } from "node:fs";
import { mkdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { DomainError } from "@boocode/shared/faults/domain-error";
import { listWorktrees } from "@boocode/db/stores/worktree-store";
import { expect, it } from "vitest";
import { toTrashFolders } from "../../src/worktrees/removal/trash-folders.ts";
import { expectForeignUntouched } from "./expect-foreign-untouched.ts";
import { createForest } from "./forest.ts";

it("shows a worktree that no row knows, and moves it into the trash after its hour, byte for byte", async () => {
  await using forest = await createForest();
  const { sweep, time, db } = forest;
  const path = await forest.plant("unknown_orphan");
  const before = await forest.describe(path);
  expect(await sweep.sweep()).toEqual({ recorded: [path], removed: [], kept: [] });
  expect((await listWorktrees(db.read)).filter(({ path: known }) => known === path)).toMatchObject([{ sessionId: null, state: "live" }]);
  time.advance(3_599_000);
  expect(await sweep.sweep()).toEqual({ recorded: [], removed: [], kept: [] });
  expect(existsSync(path)).toBe(true);
  time.advance(1_000);
  expect(await sweep.sweep()).toEqual({ recorded: [], removed: [path], kept: [] });
  const [record] = await forest.trashed();
  expect(record).toMatchObject({ kind: "worktree", sessionId: null, state: "kept", holds: "folder", isForced: false });
  expect(existsSync(path)).toBe(false);
  const after = await forest.describe(toTrashFolders(path, record!.id).worktree);
  expect(after).toEqual(before);
  expect(await sweep.sweep()).toEqual({ recorded: [], removed: [], kept: [] });
});

it("looks a minute after the start and then every ten minutes, by itself", async () => {
  await using forest = await createForest();
  const planted: string[] = [];
  const recorded = async () => (await listWorktrees(forest.db.read)).map(({ path }) => path);
  for (const waited of [60_000, 600_000, 600_000]) {
    planted.push(await forest.plant("unknown_orphan"));
    expect(await forest.pass()).toBe(waited);
    expect(await recorded()).toEqual(expect.arrayContaining(planted));
  }
});

it("gives a worktree back to its session, if only the row of it is lost", async () => {
  await using forest = await createForest();
  const { worktrees, sessionId, db, sweep } = forest;
  const { path, id, branch } = await worktrees.ensure(sessionId);
  await db.write("full", (tx) => tx.deleteFrom("worktrees").where("id", "=", id).execute());
  expect(await sweep.sweep()).toEqual({ recorded: [path], removed: [], kept: [] });
  expect(await worktrees.find(sessionId)).toMatchObject({ path, branch, sessionId });
  forest.wait();
  expect(await sweep.sweep()).toEqual({ recorded: [], removed: [], kept: [] });
  expect(await worktrees.ensure(sessionId)).toMatchObject({ path });
});

it("judges five in a pass, and those with work again and again, none of them at the cost of another", async () => {
  await using forest = await createForest();
  const withWork: string[] = [];
  for (let index = 0; index < 5; index += 1) withWork.push(await forest.plant("orphan_with_work"));
  const path = await forest.plant("orphan");
  await forest.sweep.sweep();
  forest.wait();
  const passes = [await forest.sweep.sweep(), await forest.sweep.sweep()];
  expect(passes.map(({ removed, kept }) => removed.length + kept.length)).toEqual([5, 5]);
  expect(passes.flatMap(({ removed }) => removed)).toEqual([path]);
  expect(new Set(passes.flatMap(({ kept }) => kept))).toEqual(new Set(withWork));
});

it("removes the private git directory of a worktree that no row knows, once it is old, and nothing else there", async () => {
  await using forest = await createForest();
  const folder = join(forest.folder, "checkpoints");
  const { id } = await forest.worktrees.ensure(forest.sessionId);
  const gone = `wkt_${"0".repeat(26)}`;
  const fresh = `wkt_${"1".repeat(26)}`;
  for (const name of [gone, fresh, "notes"]) await mkdir(join(folder, name));
  const now = forest.time.now() / 1_000;
  for (const name of [gone, "notes", id]) await utimes(join(folder, name), now - 7_200, now - 7_200);
  await utimes(join(folder, fresh), now, now);
  await forest.sweep.sweep();
  expect([gone, fresh, "notes", id].map((name) => existsSync(join(folder, name)))).toEqual([false, true, true, true]);
});

it("W5 cleans up one that a person names as a delete does: with consent to what is at risk, and none that a session works in", async () => {
  await using forest = await createForest();
  const { cleanUp, db, sessionId, worktrees } = forest;
  const path = await forest.plant("orphan_with_work");
  const owned = await worktrees.ensure(sessionId);
  const id = (await listWorktrees(db.read)).find((each) => each.path === path)!.id;
  const faultOf = (call: Promise<unknown>) =>
    call.then(
      () => null,
      (error: DomainError) => error.fault,
    );
  const refused = await faultOf(cleanUp(id, { force: false, consent: null }));
  expect(refused).toMatchObject({ kind: "work_at_risk", reports: [{ untrackedFiles: ["work.txt"] }] });
  expect(await faultOf(cleanUp(id, { force: true, consent: "another" }))).toEqual(refused);
  expect(await faultOf(cleanUp(owned.id, { force: true, consent: null }))).toMatchObject({ kind: "delete_refused" });
  expect(existsSync(path)).toBe(true);
  const consent = refused?.kind === "work_at_risk" ? refused.consent : null;
  const { trashId } = await cleanUp(id, { force: true, consent });
  expect(existsSync(join(toTrashFolders(path, trashId).worktree, "work.txt"))).toBe(true);
  expect(await cleanUp(id, { force: false, consent: null })).toEqual({ trashId });
  expect(await forest.trashed()).toMatchObject([{ id: trashId, isForced: true, state: "kept" }]);
});

it("W6 what fails half-way is where it was, as it was", async () => {
  await using forest = await createForest();
  const { db, trouble, worktreesDir } = forest;
  const path = await forest.plant("orphan");
  await forest.sweep.sweep();
  const { id } = (await listWorktrees(db.read)).find((each) => each.path === path)!;
  const before = [await forest.describe(path), await forest.describeGit(path)];
  for (const at of ["delete.recorded", "delete.unlock", "delete.move", "delete.branch"]) {
    trouble.at = at;
    await expect(forest.cleanUp(id, { force: false, consent: null })).rejects.toThrow(`On purpose at ${at}`);
    expect([at, await forest.describe(path), await forest.describeGit(path)]).toEqual([at, ...before]);
    expect(await forest.trashed()).toEqual([]);
  }
  trouble.at = "";
  await forest.cleanUp(id, { force: false, consent: null });
  expect(existsSync(join(worktreesDir, path.split("/").at(-1)!))).toBe(false);
});

it("F32: whatever lies in the worktrees' folder, only what is ours, nobody's and without work is moved", () => expectForeignUntouched(1));
