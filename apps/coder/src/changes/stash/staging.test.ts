import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { createStashable } from "./stash-fixture.ts";

async function createWorktree() {
  const setup = await createTurns({ "a.txt": "one\n", gone: "gone\n" });
  const { path } = setup.worktree;
  const inWorktree = (...argv: string[]) => setup.repository.git("-C", path, ...argv);
  const stage = async (name: string, content: string) => {
    await setup.write({ [name]: content });
    await inWorktree("add", name);
  };
  /** Takes a name off the disk, and leaves what is staged. */
  const remove = (name: string) => rm(join(path, name), { recursive: true });
  return Object.assign(setup, { inWorktree, stage, remove });
}

it.each([
  ["a file", "x", "a folder", "x/y"],
  ["a folder", "x/y", "a file", "x"],
  ["a folder", "x/y/z", "a file", "x"],
])("a stash that stages %s, %s, leaves staged what is staged as %s, %s", async (_, stashed, __, staged) => {
  await using setup = await createWorktree();
  const { sessionId, stashes, stashApply, inWorktree, stage, remove } = setup;
  await stage(stashed, "stashed\n");
  await stage("a.txt", "ONE\n");
  const { stashId } = await stashes.stash(sessionId);
  await stage(staged, "staged\n");
  await remove("x");
  const { editId, unstaged } = await stashApply.apply({ stashId: stashId!, sessionId });
  expect([await inWorktree("show", `:${staged}`), unstaged]).toEqual(["staged", [stashed]]);
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe(`a.txt\n${staged}`);
  await stashApply.undo({ sessionId, editId });
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe(staged);
});

it("the undo of a stash that had removed a file leaves staged what is staged in a folder of its name", async () => {
  await using setup = await createWorktree();
  const { sessionId, stashes, stashApply, inWorktree, stage, remove } = setup;
  await inWorktree("rm", "-q", "gone");
  const { stashId } = await stashes.stash(sessionId);
  const { editId } = await stashApply.apply({ stashId: stashId!, sessionId });
  await stage("gone/z", "staged\n");
  await remove("gone");
  expect(await stashApply.undo({ sessionId, editId })).toEqual({ paths: ["gone"], kept: ["gone"] });
  expect(await inWorktree("show", ":gone/z")).toBe("staged");
});

it("a stash that has a folder in place of a file is staged and taken back as a whole", async () => {
  await using setup = await createWorktree();
  const { sessionId, stashes, stashApply, inWorktree, stage } = setup;
  await inWorktree("rm", "-q", "gone");
  await stage("gone/z", "in a folder\n");
  const { stashId } = await stashes.stash(sessionId);
  const { editId, unstaged } = await stashApply.apply({ stashId: stashId!, sessionId });
  expect([await inWorktree("diff", "--cached", "--name-only"), unstaged]).toEqual(["gone\ngone/z", []]);
  expect(await stashApply.undo({ sessionId, editId })).toMatchObject({ kept: [] });
  expect(await inWorktree("status", "--porcelain")).toBe("");
});

it("what is staged or committed already is not said to be in the stash alone", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, stashApply, inWorktree } = setup;
  const { stashId } = await stashes.stash(sessionId);
  const apply = () => stashApply.apply({ stashId: stashId!, sessionId });
  await apply();
  const staged = await inWorktree("diff", "--cached", "--raw");
  expect(await apply()).toMatchObject({ unstaged: [] });
  expect(await inWorktree("diff", "--cached", "--raw")).toBe(staged);
  await inWorktree("commit", "-qm", "What was staged");
  expect(await apply()).toMatchObject({ unstaged: [] });
  expect(await inWorktree("diff", "--cached", "--raw")).toBe("");
});

it("a path that becomes free while the files are written is not staged, because the undo would not know of it", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, inWorktree, repository } = setup;
  const { stashId } = await stashes.stash(sessionId);
  await inWorktree("update-index", "--cacheinfo", `100644,${await repository.git("rev-parse", "HEAD:a.txt")},dir/b.txt`);
  const { stashApply } = setup.openEdits(async (name) => {
    if (name === "stash.applied") await inWorktree("reset", "-q", "dir/b.txt");
  });
  const { editId, unstaged } = await stashApply.apply({ stashId: stashId!, sessionId });
  expect([await inWorktree("diff", "--cached", "--name-only"), unstaged]).toEqual(["gone.txt", ["dir/b.txt"]]);
  await setup.stashApply.undo({ sessionId, editId });
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe("");
});

it("the undo of a stash that was applied before edits recorded the index says what stays staged", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, stashApply, inWorktree, db } = setup;
  const { stashId } = await stashes.stash(sessionId);
  const { editId } = await stashApply.apply({ stashId: stashId!, sessionId });
  await db.write("full", (tx) => tx.updateTable("edits").set({ index_moves: "[]" }).where("id", "=", editId).execute());
  const { kept } = await stashApply.undo({ sessionId, editId });
  expect(kept.toSorted()).toEqual(["dir/b.txt", "gone.txt"]);
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe("dir/b.txt\ngone.txt");
});
