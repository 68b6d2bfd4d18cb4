import type { Fault } from "@boocode/shared/faults/fault";
import { ChangeId, EditId } from "@boocode/shared/ids";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Differing, IndexState } from "../../worktrees/removal/looks/read-status.ts";
import { snapshot } from "../edits/edit-cases-fixture.ts";
import { faultOf } from "../take-back/restore-fixture.ts";
import { planUnstaging } from "./plan-staging.ts";
import { createStashable } from "./stash-fixture.ts";

it("a stash comes back byte for byte, as the person's edit, into its own session and into another", async () => {
  await using setup = await createStashable();
  const { sessionId, otherSessionId, stashes, stashApply, path, dirty, pending, worktrees } = setup;
  const staged = (at: string) => setup.repository.git("-C", at, "diff", "--cached", "--raw", "--no-abbrev");
  const before = await staged(path);
  expect(before.split("\n")).toHaveLength(2);
  const { stashId } = await stashes.stash(sessionId);
  const { paths, unstaged } = await stashApply.apply({ stashId: stashId!, sessionId });
  expect([await staged(path), unstaged]).toEqual([before, []]);
  expect(paths.toSorted()).toEqual(["a.txt", "dir/b.txt", "gone.txt", "link", "new/deep.bin", "run.sh"]);
  expect(snapshot(path)).toEqual(dirty);
  const rows = await pending.list(sessionId);
  expect(rows.map((row) => [row.path, row.agents])).toEqual(rows.map((row) => [row.path, [null]]));
  expect(rows).toHaveLength(6);
  const { id } = setup.worktree;
  expect(await setup.repository.git("log", "-1", "--format=%an", `refs/boocode/checkpoints/${id}`)).toBe("Test Person");

  const other = await worktrees.ensure(otherSessionId);
  await writeFiles(other.path, { "a.txt": "one\ntwo\nthree\nfour\nFIVE\n" });
  // Somebody has staged the same path there: that stays, and what the stash has of it is in the stash.
  await setup.repository.git(
    "-C",
    other.path,
    "update-index",
    "--cacheinfo",
    `100644,${await setup.repository.git("rev-parse", "HEAD:a.txt")},dir/b.txt`,
  );
  const applied = await stashApply.apply({ stashId: stashId!, sessionId: otherSessionId });
  expect(applied.unstaged).toEqual(["dir/b.txt"]);
  expect((await staged(other.path)).split("\n").map((line) => line.split("\t")[1])).toEqual(["dir/b.txt", "gone.txt"]);
  expect(snapshot(other.path)).toEqual(
    new Map([...dirty, ["a.txt", "file one\nTWO\nthree\nfour\nFIVE\n"]].filter(([name]) => name !== "x.log") as [string, string][]),
  );
  expect(await stashes.list(setup.worktree.projectId)).toHaveLength(1);
});

it("W10 a stash that conflicts writes nothing, and shows the three sides of each path", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, stashApply, path, inWorktree } = setup;
  const { stashId } = await stashes.stash(sessionId);
  await setup.write({ "a.txt": "one\nmine\nthree\nfour\nfive\n", "new/deep.bin": "mine" });
  const [before, status] = [snapshot(path), await inWorktree("status", "--porcelain=v2")];
  const fault = await faultOf(stashApply.apply({ stashId: stashId!, sessionId }));
  expect(fault).toMatchObject({
    kind: "apply_conflict",
    paths: ["new/deep.bin", "a.txt"],
    conflicts: [{ because: "added_there" }, { because: "edited" }],
  });
  const [binary, edited] = (fault as Extract<Fault, { kind: "apply_conflict" }>).conflicts.map((each) => ChangeId.parse(each.changeId));
  const text = (content: string) => ({ kind: "text", mode: "100644", text: content });
  const target = { stashId: stashId!, sessionId };
  expect(await stashApply.sides({ ...target, changeId: edited! })).toEqual({
    path: "a.txt",
    oursPath: "a.txt",
    base: text("one\ntwo\nthree\nfour\nfive\n"),
    ours: text("one\nmine\nthree\nfour\nfive\n"),
    theirs: text("one\nTWO\nthree\nfour\nfive\n"),
    merged: "one\n<<<<<<< the session's worktree\nmine\n||||||| base\ntwo\n=======\nTWO\n>>>>>>> the stash\nthree\nfour\nfive\n",
  });
  expect(await stashApply.sides({ ...target, changeId: binary! })).toMatchObject({
    base: { kind: "absent" },
    ours: text("mine"),
    theirs: { kind: "binary", bytes: 4 },
    merged: null,
  });
  const unknown = ChangeId.parse(`${edited}x`);
  expect(await faultOf(stashApply.sides({ ...target, changeId: unknown }))).toMatchObject({ kind: "stale_change" });
  expect([snapshot(path), await inWorktree("status", "--porcelain=v2")]).toEqual([before, status]);
});

it("undone, an applied stash leaves every file and the index as they were before", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, stashApply, path, inWorktree, dirty } = setup;
  const { stashId } = await stashes.stash(sessionId);
  await setup.write({ "mine.txt": "mine\n", "run.sh": "run\nmine\n" });
  await inWorktree("add", "mine.txt");
  const state = async () => [snapshot(path), await inWorktree("status", "--porcelain=v2"), await inWorktree("ls-files", "--stage")];
  const before = await state();
  const { editId } = await stashApply.apply({ stashId: stashId!, sessionId });
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe("dir/b.txt\ngone.txt\nmine.txt");
  expect(snapshot(path).get("a.txt")).toBe(dirty.get("a.txt"));

  // A file that has moved on is not written, and then what is staged stays too.
  await setup.write({ "a.txt": "moved on\n" });
  const there = await state();
  expect(await faultOf(stashApply.undo({ sessionId, editId }))).toMatchObject({ kind: "moved_on", paths: ["a.txt"] });
  expect(await state()).toEqual(there);

  await setup.write({ "a.txt": "one\nTWO\nthree\nfour\nfive\n" });
  const undone = await stashApply.undo({ sessionId, editId });
  expect([undone.paths.length, undone.kept]).toEqual([6, []]);
  expect(await state()).toEqual(before);
  expect(await stashApply.undo({ sessionId, editId })).toEqual(undone);
  expect(await stashes.list(setup.worktree.projectId)).toMatchObject([{ stashId }]);
  expect(await faultOf(stashApply.undo({ sessionId, editId: EditId.parse("edit_none") }))).toMatchObject({ kind: "edit_not_found" });
});

it("the undo of an applied stash keeps what else was staged since", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, stashApply, path, inWorktree, clean } = setup;
  const { stashId } = await stashes.stash(sessionId);
  const { editId } = await stashApply.apply({ stashId: stashId!, sessionId });
  await inWorktree("add", "dir/b.txt", "a.txt");
  expect(await stashApply.undo({ sessionId, editId })).toMatchObject({ kept: ["dir/b.txt", "a.txt"] });
  expect(snapshot(path)).toEqual(new Map([...clean, ["x.log", "file log\n"]]));
  expect(await inWorktree("diff", "--cached", "--name-only")).toBe("a.txt\ndir/b.txt");
  expect(await inWorktree("show", ":dir/b.txt")).toBe("on disk");
});

const [one, two] = ["1", "2"].map((digit) => ({ mode: "100644" as const, oid: digit.repeat(40) }));
const differing = (states: { head: IndexState; index: IndexState } | null, isStaged = true): Differing[] => [
  { path: BytePath.of("a"), states, isStaged, isIndexOwn: false },
];
it.each<[string, Differing[], "back" | "kept" | "nothing"]>([
  ["what the stash staged", differing({ head: null, index: two! }), "back"],
  ["that, over another commit", differing({ head: one!, index: two! }), "back"],
  ["nothing", [], "nothing"],
  ["nothing, and the file differs", differing({ head: one!, index: one! }, false), "nothing"],
  ["other content", differing({ head: null, index: one! }), "kept"],
  ["another mode", differing({ head: null, index: { ...two!, mode: "100755" } }), "kept"],
  ["a removal", differing({ head: two!, index: null }), "kept"],
  ["a conflict", differing(null), "kept"],
])("what an applied stash staged goes back where the index has %s: %j → %s", (_, found, result) => {
  const { entries, kept } = planUnstaging({ index: [{ path: "a", from: null, to: two! }], files: [] }, found);
  expect([entries.map((each) => each.path), kept]).toEqual(result === "back" ? [["a"], []] : result === "kept" ? [[], ["a"]] : [[], []]);
});
