import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { by, YOU } from "../staged/staged-fixture.ts";
import { lines, setUp } from "./staged-fixture.ts";

describe("write", () => {
  it("writes staged edits to the worktree, as the work of who staged them, line by line", async () => {
    await using setup = await setUp({ "a.txt": "1\n2\n3\n", "gone.txt": "gone\n", "run.sh": { text: "#!/bin/sh\n", mode: 0o755 } });
    const { stagedWrites, sessionId, staged } = setup;
    await setup.turn("opencode", () => setup.write({ "a.txt": "1\n2\n3\nopencode\n" }));
    await setup.stage("a.txt", "1\nboocode\n3\nopencode\n", by(1));
    await setup.stage("a.txt", "1\nboocode\n3\nopencode\nyou\n", YOU);
    await setup.stage("new/b.txt", "b\n", by(2));
    await setup.stage("run.sh", "#!/bin/sh\necho\n", by(2));
    await staged.stage(sessionId, [{ path: "gone.txt", content: null }], by(2));
    const { writeId, paths } = await stagedWrites.write({ sessionId, changeIds: await setup.ids("staged") });
    expect(writeId).toMatch(/^edit_/);
    expect(paths).toEqual(["a.txt", "gone.txt", "new/b.txt", "run.sh"]);
    expect(await setup.onDisk("a.txt")).toBe("1\nboocode\n3\nopencode\nyou\n");
    expect(await setup.onDisk("new/b.txt")).toBe("b\n");
    expect(await setup.isThere("gone.txt")).toBe(false);
    expect(await setup.inCheckout("a.txt")).toBe("1\n2\n3\n");
    expect(await setup.rows()).toMatchObject([
      { path: "a.txt", location: "worktree", agent: null, agents: [null, "boocode", "opencode"], taskIds: ["task-1"] },
      { path: "gone.txt", location: "worktree", operation: "deleted", agents: ["boocode"], chatIds: ["chat-1"], taskIds: ["task-2"] },
      { path: "new/b.txt", agents: ["boocode"] },
      { path: "run.sh", agents: ["boocode"], evidence: "tool" },
    ]);
    expect(await setup.writersOf("a.txt")).toEqual(["base", "boocode", "base", "opencode", "you"]);
    expect(await setup.pending.refresh(sessionId)).toBe("unchanged");
    const log = await setup.repository.git(
      "log",
      "-3",
      "--format=%an %(trailers:key=Boocode-Task,valueonly)",
      `refs/boocode/checkpoints/${setup.worktree.id}`,
    );
    expect(log).toContain("boocode task-2");
  });

  it("merges what the person has written elsewhere in the file since, and tells the lines apart", async () => {
    await using setup = await setUp({ "a.txt": lines() });
    const { stagedWrites, sessionId } = setup;
    await setup.stage("a.txt", lines([2, "boocode"]), by(1));
    await setup.write({ "a.txt": lines([15, "by hand"]) });
    expect(await setup.rows()).toMatchObject([{ stale: true }]);
    await stagedWrites.write({ sessionId, changeIds: await setup.ids("staged") });
    expect(await setup.onDisk("a.txt")).toBe(lines([2, "boocode"], [15, "by hand"]));
    const writers = await setup.writersOf("a.txt");
    expect([writers[2], writers[15], writers[3]]).toEqual(["boocode", "you", "base"]);
    expect(await setup.rows()).toMatchObject([{ agents: ["boocode", null], stale: false }]);
  });

  it("F26: writes nothing where the same lines were changed, and keeps everything staged", async () => {
    await using setup = await setUp({ "a.txt": "1\n", "b.txt": "1\n" });
    const { stagedWrites, sessionId } = setup;
    await setup.stage("a.txt", "boocode\n");
    await setup.stage("b.txt", "boocode\n");
    await setup.write({ "a.txt": "by hand\n" });
    const changeIds = await setup.ids("staged");
    expect(await setup.faultOf(stagedWrites.write({ sessionId, changeIds }))).toMatchObject({
      kind: "apply_conflict",
      paths: ["a.txt"],
      conflicts: [{ because: "edited" }],
    });
    expect(await setup.faultOf(setup.apply.apply({ sessionId, changeIds }))).toMatchObject({
      kind: "apply_conflict",
      conflicts: [{ path: "a.txt", because: "stale" }],
    });
    expect([await setup.onDisk("a.txt"), await setup.onDisk("b.txt")]).toEqual(["by hand\n", "1\n"]);
    expect(await setup.inCheckout("b.txt")).toBe("1\n");
    expect(await setup.ids("staged")).toEqual(changeIds);
  });

  it("refuses while a turn runs, and what is no longer staged like this", async () => {
    await using setup = await setUp();
    const { stagedWrites, reject, sessionId } = setup;
    await setup.stage("a.txt", "two\n");
    const old = await setup.ids("staged");
    await setup.stage("a.txt", "three\n");
    expect(await setup.faultOf(stagedWrites.write({ sessionId, changeIds: old }))).toMatchObject({ kind: "stale_change" });
    await setup.startTurn();
    const changeIds = await setup.ids("staged");
    expect(await setup.faultOf(stagedWrites.write({ sessionId, changeIds }))).toMatchObject({ kind: "worktree_busy" });
    expect(await setup.onDisk("a.txt")).toBe("one\n");
    // Dropping touches nothing on disk.
    await reject.reject({ sessionId, changeIds });
    expect(await setup.rows()).toEqual([]);
  });

  it("F25: gives two browsers one write", async () => {
    await using setup = await setUp();
    const { stagedWrites, sessionId } = setup;
    await setup.stage("a.txt", "two\n");
    const changeIds = await setup.ids("staged");
    const [first, second] = await Promise.all([stagedWrites.write({ sessionId, changeIds }), stagedWrites.write({ sessionId, changeIds })]);
    expect(second).toEqual(first);
    expect(await setup.apply.list(sessionId)).toHaveLength(1);
  });

  it("is taken back byte for byte, and what was staged is staged again", async () => {
    await using setup = await setUp({ "a.txt": "1\r\n", "b.txt": "1" });
    const { stagedWrites, sessionId } = setup;
    await setup.turn("opencode", () => setup.write({ "b.txt": "opencode" }));
    await setup.stage("a.txt", "2\r\n");
    await setup.stage("b.txt", "boocode");
    const before = await setup.rows();
    const { writeId } = await stagedWrites.write({ sessionId, changeIds: await setup.ids("staged") });
    await stagedWrites.undo({ sessionId, writeId });
    await stagedWrites.undo({ sessionId, writeId });
    expect([await setup.onDisk("a.txt"), await setup.onDisk("b.txt")]).toEqual(["1\r\n", "opencode"]);
    expect((await setup.rows()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await setup.writersOf("b.txt")).toEqual(["opencode"]);
    await setup.repository.git("-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now");
    expect(await setup.text("a.txt")).toBe("2\r\n");
  });

  it("is not taken back over what came later", async () => {
    await using setup = await setUp();
    const { stagedWrites, sessionId } = setup;
    await setup.stage("a.txt", "two\n");
    const { writeId } = await stagedWrites.write({ sessionId, changeIds: await setup.ids("staged") });
    await setup.write({ "a.txt": "two\nby hand\n" });
    expect(await setup.faultOf(stagedWrites.undo({ sessionId, writeId }))).toMatchObject({ kind: "moved_on", paths: ["a.txt"] });
    expect(await setup.onDisk("a.txt")).toBe("two\nby hand\n");
  });

  it("writes a file where a folder was, and the other way round", async () => {
    await using setup = await setUp();
    const { stagedWrites, staged, sessionId } = setup;
    await staged.stage(
      sessionId,
      [
        { path: "dir/b.txt", content: null },
        { path: "dir", content: Buffer.from("file\n") },
        { path: "a.txt", content: null },
        { path: "a.txt/inside", copyOf: "a.txt" },
      ],
      by(1),
    );
    await stagedWrites.write({ sessionId, changeIds: await setup.ids("staged") });
    expect([await setup.onDisk("dir"), await setup.onDisk("a.txt/inside")]).toEqual(["file\n", "one\n"]);
    expect((await setup.rows()).flatMap(({ agents }) => agents)).toEqual(Array(3).fill("boocode"));
  });
});

describe("apply", () => {
  it("writes a staged edit to the checkout and to the worktree, and leaves what is pending in the same file pending", async () => {
    await using setup = await setUp({ "a.txt": lines() });
    const { apply, sessionId, repository } = setup;
    await setup.turn("opencode", () => setup.write({ "a.txt": lines([2, "opencode"]) }));
    await setup.stage("a.txt", lines([2, "opencode"], [15, "boocode"]));
    await repository.write({ "a.txt": lines([9, "person"]) });
    const [pending] = await setup.ids("worktree");
    await apply.apply({ sessionId, changeIds: await setup.ids("staged") });
    expect(await setup.inCheckout("a.txt")).toBe(lines([9, "person"], [15, "boocode"]));
    expect(await setup.onDisk("a.txt")).toBe(lines([2, "opencode"], [15, "boocode"]));
    const [row, ...more] = await setup.rows();
    expect(more).toEqual([]);
    expect(row).toMatchObject({ location: "worktree", additions: 1, deletions: 1 });
    expect(row!.id).not.toBe(pending);
    const { patch } = await setup.changeDiffs.diff(sessionId, row!.id);
    expect(patch).toContain("+opencode");
    expect(patch).not.toContain("+boocode");
    const writers = await setup.writersOf("a.txt");
    expect([writers[2], writers[15]]).toEqual(["opencode", "base"]);
  });

  it("applies what is pending and what is staged over it together, and alone refuses what stands on pending lines", async () => {
    await using setup = await setUp({ "a.txt": "1\n", "old.txt": lines() });
    const { apply, sessionId, staged } = setup;
    await setup.turn("opencode", () => setup.write({ "a.txt": "opencode\n", "old.txt": lines([2, "opencode"]) }));
    await setup.stage("a.txt", "boocode\n");
    await staged.stage(
      sessionId,
      [
        { path: "old.txt", content: null },
        { path: "new.txt", copyOf: "old.txt" },
      ],
      by(),
    );
    const changeIds = await setup.ids("staged");
    expect(await setup.faultOf(apply.apply({ sessionId, changeIds }))).toMatchObject({
      kind: "apply_conflict",
      paths: ["old.txt", "a.txt"],
      conflicts: [{ because: "pending" }, { because: "pending" }],
    });
    await apply.apply({ sessionId, changeIds: await setup.ids() });
    expect(await setup.rows()).toEqual([]);
    for (const read of [setup.inCheckout, setup.onDisk]) {
      expect([await read("a.txt"), await read("old.txt"), await read("new.txt")]).toEqual(["boocode\n", null, lines([2, "opencode"])]);
    }
  });

  it("applies some hunks of a staged edit and keeps the others staged; taken back, all is as it was", async () => {
    await using setup = await setUp({ "a.txt": lines() });
    const { apply, sessionId } = setup;
    await setup.stage("a.txt", lines([2, "first"], [15, "second"]));
    const [changeId] = await setup.ids("staged");
    const before = await setup.rows();
    const { applyId } = await apply.apply({ sessionId, changeIds: [changeId!], hunks: [{ changeId: changeId!, hunks: [1] }] });
    expect(await setup.inCheckout("a.txt")).toBe(lines([15, "second"]));
    expect(await setup.onDisk("a.txt")).toBe(lines([15, "second"]));
    const [row, ...more] = await setup.rows();
    expect(more).toEqual([]);
    expect(row).toMatchObject({ location: "staged", stale: false, additions: 1, deletions: 1 });
    expect((await setup.changeDiffs.diff(sessionId, row!.id)).patch).toContain("+first");
    await apply.undo({ sessionId, applyId });
    expect([await setup.inCheckout("a.txt"), await setup.onDisk("a.txt")]).toEqual([lines(), lines()]);
    expect(await setup.rows()).toEqual(before);
  });

  it("keeps kinds and modes on the way to the checkout", async () => {
    await using setup = await setUp({ "run.sh": "echo\n", link: { linkTo: "run.sh" }, "gone/deep.txt": "x\n" });
    const { apply, staged, sessionId, repository } = setup;
    await staged.stage(
      sessionId,
      [
        { path: "run.sh", content: Buffer.from("echo 2\n") },
        { path: "moved", copyOf: "link" },
        { path: "link", content: null },
        { path: "gone/deep.txt", content: null },
      ],
      by(),
    );
    await chmod(join(repository.path, "run.sh"), 0o755);
    await apply.apply({ sessionId, changeIds: await setup.ids("staged") });
    expect(await repository.git("status", "--porcelain", "-uall")).toBe(" D gone/deep.txt\n D link\n M run.sh\n?? moved");
    expect(await repository.git("-C", setup.worktree.path, "status", "--porcelain", "-uall")).toContain(" D gone/deep.txt");
  });
});

describe("drop", () => {
  it("drops a staged edit or some of its hunks, and brings them back", async () => {
    await using setup = await setUp({ "a.txt": lines(), "b.txt": "b\n" });
    const { reject, sessionId } = setup;
    await setup.stage("a.txt", lines([2, "first"], [15, "second"]));
    await setup.stage("b.txt", null);
    const before = await setup.rows();
    const [a, b] = await setup.ids("staged");
    const part = await reject.reject({ sessionId, changeIds: [a!], hunks: [{ changeId: a!, hunks: [0] }] });
    expect(await setup.text("a.txt")).toBe(lines([15, "second"]));
    await setup.repository.git("-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now");
    const whole = await reject.reject({ sessionId, changeIds: await setup.ids("staged") });
    expect(await reject.reject({ sessionId, changeIds: [b!] })).toEqual(whole);
    expect(await setup.rows()).toEqual([]);
    await reject.undo({ sessionId, rejectId: whole.rejectId });
    await reject.undo({ sessionId, rejectId: part.rejectId });
    expect(await setup.rows()).toEqual(before);
    expect([await setup.onDisk("a.txt"), await setup.onDisk("b.txt")]).toEqual([lines(), "b\n"]);
  });

  it("does not bring back an edit over a newer one", async () => {
    await using setup = await setUp();
    const { reject, sessionId } = setup;
    await setup.stage("a.txt", "two\n");
    const { rejectId } = await reject.reject({ sessionId, changeIds: await setup.ids("staged") });
    await setup.stage("a.txt", "three\n");
    expect(await setup.faultOf(reject.undo({ sessionId, rejectId }))).toMatchObject({ kind: "moved_on", paths: ["a.txt"] });
    expect(await setup.text("a.txt")).toBe("three\n");
  });
});
