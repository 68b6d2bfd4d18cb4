import { chmod, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import { Seq, TaskId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { authorsOf, faultOf, isThere, lines, textOf, treesOf } from "./restore-fixture.ts";

describe("restoreTurn", () => {
  it("reverses what one turn wrote, of all kinds, keeps what other chats wrote elsewhere, and is undone byte for byte", async () => {
    await using setup = await createTurns({
      "edit.txt": "1\r\n2\r\n3",
      "gone/deep.txt": "gone\n",
      "old name.txt": lines(),
      "run.sh": "#!/bin/sh\n",
      "to-link": "x\n",
      "to-folder": "x\n",
      "bin.dat": Buffer.from([0, 1]),
      "both.txt": lines(),
    });
    const { worktree, restore, pending, sessionId, repository, db } = setup;
    const at = (path: string) => join(worktree.path, path);
    await setup.record(await setup.turn("goose", () => setup.write({ "goose.txt": "g\n", "both.txt": lines([2, "goose"]) })));
    const before = await treesOf(setup);
    const pendingBefore = await authorsOf(setup);
    const turn = await setup.turn("qwen", async () => {
      for (const path of ["gone", "to-link", "to-folder"]) await rm(at(path), { recursive: true });
      await setup.write({
        "edit.txt": "1\r\ntwo\r\n3\n",
        "new/deep/file.txt": "new\n",
        "to-folder/inside.txt": "inside\n",
        "bin.dat": Buffer.from([0, 2]),
        "both.txt": lines([2, "goose"], [30, "qwen"]),
      });
      await rename(at("old name.txt"), at("new name.txt"));
      await chmod(at("run.sh"), 0o755);
      await symlink("edit.txt", at("to-link"));
    });
    const taskId = await setup.record(turn);
    const after = await treesOf(setup);
    const pendingAfter = await pending.list(sessionId);

    const { restoreId, paths, kept } = await restore.restore({ taskId });
    expect(kept).toEqual([]);
    expect(paths.toSorted()).toEqual([
      "bin.dat",
      "both.txt",
      "edit.txt",
      "gone/deep.txt",
      "new name.txt",
      "new/deep/file.txt",
      "old name.txt",
      "run.sh",
      "to-folder",
      "to-folder/inside.txt",
      "to-link",
    ]);
    expect(await treesOf(setup)).toEqual(before);
    // The turn is no author any more; the other chat still is.
    expect(await authorsOf(setup)).toEqual(pendingBefore);
    // A second browser gets the same answer.
    expect(await restore.restore({ taskId })).toEqual({ restoreId, paths, kept });

    await restore.undo({ sessionId, restoreId });
    expect(await treesOf(setup)).toEqual(after);
    expect(await pending.list(sessionId)).toEqual(pendingAfter);
    expect(await restore.undo({ sessionId, restoreId })).toEqual({ paths });
    const events = (await readSessionEvents(db.read, sessionId, Seq.parse(0), 100)).filter(({ body }) => body.type === "changes.restored");
    expect(events.map(({ chatId, body }) => [chatId, body])).toEqual([
      ["chat-qwen", { type: "changes.restored", paths, editId: restoreId, undone: false }],
      ["chat-qwen", { type: "changes.restored", paths, editId: restoreId, undone: true }],
    ]);
    expect(await repository.git("status", "--porcelain")).toBe("");
  });

  it("asks where others have changed the files since, and then keeps their work where it can be merged", async () => {
    await using setup = await createTurns({ "merge.txt": lines(), "same.txt": "base\n", "gone.txt": "base\n", "alone.txt": "base\n" });
    const { restore, pending, sessionId } = setup;
    const turn = await setup.turn("qwen", () =>
      setup.write({
        "merge.txt": lines([2, "qwen"]),
        "same.txt": "qwen\n",
        "gone.txt": "qwen\n",
        "alone.txt": "qwen\n",
        "new.txt": "qwen\n",
      }),
    );
    const taskId = await setup.record(turn);
    await setup.record(
      await setup.turn("goose", async () => {
        await setup.write({ "merge.txt": lines([2, "qwen"], [30, "goose"]), "same.txt": "goose\n" });
        await rm(join(setup.worktree.path, "gone.txt"));
      }),
    );
    await setup.write({ "new.txt": "qwen\nby hand\n" });
    const fault = await faultOf(restore.restore({ taskId }));
    expect(fault).toMatchObject({ kind: "later_work", paths: ["gone.txt", "merge.txt", "new.txt", "same.txt"] });
    const before = await treesOf(setup);
    const rows = await pending.list(sessionId);
    // The consent is for exactly what was shown.
    await setup.write({ "new.txt": "qwen\nby hand, and more\n" });
    const again = await faultOf(restore.restore({ taskId, consent: fault!.consent }));
    expect(again).toMatchObject({ kind: "later_work" });
    expect(again!.consent).not.toBe(fault!.consent);
    await setup.write({ "new.txt": "qwen\nby hand\n" });

    const { restoreId } = await restore.restore({ taskId, consent: fault!.consent });
    expect(await textOf(setup, "merge.txt")).toBe(lines([30, "goose"]));
    expect([await textOf(setup, "same.txt"), await textOf(setup, "gone.txt"), await textOf(setup, "alone.txt")]).toEqual([
      "base\n",
      "base\n",
      "base\n",
    ]);
    expect(await isThere(setup, "new.txt")).toBe(false);
    expect(await authorsOf(setup)).toEqual([{ path: "merge.txt", agents: ["goose"], taskIds: ["task-2"], chatIds: ["chat-goose"] }]);
    expect((await restore.restore({ taskId, consent: fault!.consent })).restoreId).toBe(restoreId);
    await restore.undo({ sessionId, restoreId });
    expect((await treesOf(setup)).disk).toBe(before.disk);
    expect(await pending.list(sessionId)).toEqual(rows);
  });

  it("takes back again what has come back since, and leaves alone what is restored, with the later work that it was merged with", async () => {
    await using setup = await createTurns({ "merge.txt": lines(), "gone.txt": "base\n" });
    const { restore, reject, pending, sessionId, worktree } = setup;
    const turn = await setup.turn("qwen", async () => {
      await setup.write({ "merge.txt": lines([2, "qwen"]) });
      await rm(join(worktree.path, "gone.txt"));
    });
    const taskId = await setup.record(turn);
    const changeIds = (await pending.list(sessionId)).filter(({ path }) => path === "gone.txt").map(({ id }) => id);
    const { rejectId } = await reject.reject({ sessionId, changeIds });
    await setup.write({ "merge.txt": lines([2, "qwen"], [30, "by hand"]) });
    const fault = await faultOf(restore.restore({ taskId }));
    expect(await restore.restore({ taskId, consent: fault!.consent })).toMatchObject({ paths: ["merge.txt"] });
    await reject.undo({ sessionId, rejectId });
    expect(await isThere(setup, "gone.txt")).toBe(false);
    const { restoreId, paths } = await restore.restore({ taskId });
    expect([paths, await textOf(setup, "gone.txt"), await textOf(setup, "merge.txt")]).toEqual([
      ["gone.txt"],
      "base\n",
      lines([30, "by hand"]),
    ]);
    expect(await restore.restore({ taskId })).toMatchObject({ restoreId, paths });
  });

  it("is refused for a turn that changed nothing, is unknown, has no checkpoints, or is taken back already", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { restore, reject, pending, sessionId } = setup;
    expect(await faultOf(restore.restore({ taskId: TaskId.parse("task-none") }))).toMatchObject({ kind: "task_not_found" });
    const idle = await setup.record(await setup.turn("qwen", async () => {}));
    expect(await faultOf(restore.restore({ taskId: idle }))).toMatchObject({ kind: "turn_not_restorable", taskId: idle });
    const turn = await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n" }));
    const lost = await setup.record({ ...turn, before: { ...turn.before, commit: "1".repeat(40) } });
    expect(await faultOf(restore.restore({ taskId: lost }))).toMatchObject({ kind: "turn_not_restorable", taskId: lost });
    const again = await setup.turn("goose", () => setup.write({ "a.txt": "goose\n" }));
    const taskId = await setup.record(again);
    const changeIds = (await pending.list(sessionId)).map(({ id }) => id);
    await setup.write({ "a.txt": "qwen\n" });
    expect(await faultOf(restore.restore({ taskId }))).toMatchObject({ kind: "turn_not_restorable", taskId });
    expect(await faultOf(reject.reject({ sessionId, changeIds }))).toMatchObject({ kind: "stale_change" });
  });

  it("knows the authors of what it makes pending again", async () => {
    await using setup = await createTurns({ "a.txt": lines(), "b.txt": "b\n" });
    const { restore, apply, pending, sessionId } = setup;
    await setup.record(await setup.turn("goose", () => setup.write({ "a.txt": lines([2, "goose"]), "b.txt": "goose\n" })));
    // One turn takes the other's work back, so that nothing is pending; then it is restored.
    const taskId = await setup.record(await setup.turn("qwen", () => setup.write({ "a.txt": lines(), "b.txt": "b\n" })));
    expect(await pending.list(sessionId)).toEqual([]);
    await setup.write({ "a.txt": lines([30, "by hand"]) });
    const fault = await faultOf(restore.restore({ taskId }));
    await restore.restore({ taskId, consent: fault!.consent });
    expect(await textOf(setup, "a.txt")).toBe(lines([2, "goose"], [30, "by hand"]));
    const of = (path: string, agents: (string | null)[]) => ({ path, agents, taskIds: ["task-1"], chatIds: ["chat-goose"] });
    expect(await authorsOf(setup)).toEqual([of("a.txt", [null, "goose"]), of("b.txt", ["goose"])]);
    // The same where the base has moved past it.
    await apply.apply({ sessionId, changeIds: (await pending.list(sessionId)).map(({ id }) => id) });
    const later = await setup.record(await setup.turn("pi", () => setup.write({ "b.txt": "pi\n" })));
    await apply.apply({ sessionId, changeIds: (await pending.list(sessionId)).map(({ id }) => id) });
    await restore.restore({ taskId: later });
    expect(await authorsOf(setup)).toEqual([of("b.txt", ["goose"])]);
  });

  it("refuses a file whose place is taken by one that the turn did not write", async () => {
    await using setup = await createTurns({ place: "a file\n" });
    const { restore } = setup;
    const turn = await setup.turn("qwen", async () => {
      await rm(join(setup.worktree.path, "place"));
      await setup.write({ "place/a": "a\n" });
    });
    const taskId = await setup.record(turn);
    await setup.write({ "place/b": "by hand\n" });
    expect(await faultOf(restore.restore({ taskId }))).toEqual({ kind: "edit_refused", path: "place", reason: "place/b is in its place" });
    expect([await textOf(setup, "place/a"), await textOf(setup, "place/b")]).toEqual(["a\n", "by hand\n"]);
  });
});
