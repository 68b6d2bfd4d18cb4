import { appendFile, chmod, lstat, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSessionEvents } from "@boocode/db/chat-event-store";
import { Seq, TaskId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const textOf = ({ worktree }: Turns, path: string) => readFile(join(worktree.path, path), "utf8");
const isThere = ({ worktree }: Turns, path: string) =>
  lstat(join(worktree.path, path)).then(
    () => true,
    () => false,
  );
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: { kind: string; consent?: string } }) => error.fault,
  );
const lines = (...changed: [number, string][]) =>
  Array.from({ length: 40 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join("");
const authorsOf = async ({ pending, sessionId }: Turns) =>
  (await pending.list(sessionId)).map(({ path, agents, taskIds, chatIds }) => ({ path, agents, taskIds, chatIds }));

/** The tree of everything on disk, ignored or not, and of the newest checkpoint. */
async function treesOf({ repository, worktree, worktrees, sessionId }: Turns) {
  const git = (...argv: string[]) => repository.git("-C", worktree.path, ...argv);
  await git("add", "--all", "--force");
  const disk = await git("write-tree");
  await git("read-tree", "HEAD");
  const { lastCheckpoint } = (await worktrees.find(sessionId))!;
  return { disk, held: await repository.git("rev-parse", `${lastCheckpoint}^{tree}`) };
}

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

/** Ways in which an agent stops ignoring a file that the person has. */
const SHOWN: {
  name: string;
  files: Record<string, string>;
  prepare?: (setup: Turns) => Promise<unknown>;
  show: (setup: Turns) => Promise<unknown>;
}[] = [
  { name: "removes a .gitignore", files: { ".gitignore": "*.log\n" }, show: (setup) => rm(join(setup.worktree.path, ".gitignore")) },
  { name: "empties a .gitignore", files: { ".gitignore": "*.log\n" }, show: (setup) => setup.write({ ".gitignore": "" }) },
  {
    name: "removes a .gitignore in a folder",
    files: { "logs/.gitignore": "*\n!.gitignore\n" },
    show: (setup) => rm(join(setup.worktree.path, "logs/.gitignore")),
  },
  {
    name: "adds an exception",
    files: { ".gitignore": "logs/*\n" },
    show: (setup) => setup.write({ ".gitignore": "logs/*\n!logs/old.log\n" }),
  },
  {
    name: "changes the repository's exclude file",
    files: {},
    prepare: ({ repository }) => appendFile(join(repository.path, ".git", "info", "exclude"), "*.log\n"),
    show: ({ repository }) => writeFile(join(repository.path, ".git", "info", "exclude"), ""),
  },
];

describe.each(SHOWN)("restoreTurn of a turn that $name", ({ files, prepare, show }) => {
  it("leaves alone what only appeared, and neither it nor any later look forgets or deletes it", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "logs/keep": "x\n", ...files });
    const { restore, pending, sessionId, worktrees, worktree } = setup;
    await prepare?.(setup);
    await setup.write({ "logs/old.log": "the person's\n" });
    // An earlier turn, so that what was noted is not the turn's own.
    await setup.record(await setup.turn("goose", () => setup.write({ "b.txt": "b\n" })));
    const turn = await setup.turn("qwen", async () => {
      await show(setup);
      await setup.write({ "a.txt": "qwen\n", "new.txt": "qwen\n" });
    });
    const taskId = await setup.record(turn);
    expect((await pending.list(sessionId)).map(({ path }) => path)).toContain("logs/old.log");
    const after = await treesOf(setup);

    const { restoreId, kept } = await restore.restore({ taskId });
    expect(kept).toEqual(["logs/old.log"]);
    expect(await textOf(setup, "logs/old.log")).toBe("the person's\n");
    expect([await textOf(setup, "a.txt"), await isThere(setup, "new.txt")]).toEqual(["a\n", false]);
    const heldOld = async () => {
      await pending.refresh(sessionId);
      return setup.repository.git("show", `${(await worktrees.find(sessionId))!.lastCheckpoint}:logs/old.log`);
    };
    expect(await heldOld()).toBe("the person's");
    await rm(join(setup.folder, "checkpoints", worktree.id, "index"));
    await setup.write({ "b.txt": "by hand\n" });
    expect(await heldOld()).toBe("the person's");
    await setup.write({ "b.txt": "b\n" });
    await restore.undo({ sessionId, restoreId });
    await pending.refresh(sessionId);
    expect(await treesOf(setup)).toEqual(after);
    expect(await textOf(setup, "logs/old.log")).toBe("the person's\n");
  });
});

describe("restoreTurn and ignored files", () => {
  it("brings back a deleted file that is ignored by now, and holds it", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { restore, pending, sessionId, worktrees, worktree } = setup;
    await setup.record(await setup.turn("goose", () => setup.write({ "out/x.log": "goose\n" })));
    const turn = await setup.turn("qwen", async () => {
      await setup.write({ "out/.gitignore": "*.log\n" });
      await rm(join(worktree.path, "out/x.log"));
    });
    const taskId = await setup.record(turn);
    await setup.record(await setup.turn("pi", () => setup.write({ ".gitignore": "*.log\n" })));
    const after = await treesOf(setup);
    const { restoreId } = await restore.restore({ taskId });
    expect(await textOf(setup, "out/x.log")).toBe("goose\n");
    for (const lose of [async () => {}, () => rm(join(setup.folder, "checkpoints", worktree.id), { recursive: true })]) {
      await lose();
      await pending.refresh(sessionId);
      expect((await pending.list(sessionId)).map(({ path, agents }) => [path, agents])).toEqual([
        [".gitignore", ["pi"]],
        ["out/x.log", expect.anything()],
      ]);
      expect(await setup.repository.git("show", `${(await worktrees.find(sessionId))!.lastCheckpoint}:out/x.log`)).toBe("goose");
    }
    await restore.undo({ sessionId, restoreId });
    expect(await treesOf(setup)).toEqual(after);
  });

  it("removes a .gitignore that the turn made: what it hid is shown, kept, and still held when the rule is back", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { restore, pending, sessionId } = setup;
    const turn = await setup.turn("qwen", () => setup.write({ ".gitignore": "build/\n", "build/out": "made\n" }));
    const taskId = await setup.record(turn);
    expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual([".gitignore"]);
    const { restoreId } = await restore.restore({ taskId });
    await pending.refresh(sessionId);
    expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual(["build/out"]);
    await restore.undo({ sessionId, restoreId });
    await pending.refresh(sessionId);
    expect(await textOf(setup, "build/out")).toBe("made\n");
    const { disk, held } = await treesOf(setup);
    expect(held).toBe(disk);
  });
});
