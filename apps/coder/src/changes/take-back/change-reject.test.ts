import { chmod, lstat, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { insertTask, updateTask } from "@boocode/db/stores/chats/task-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import { Seq } from "@boocode/shared/ids";
import { buildChat, buildTask } from "@boocode/shared/testing/build";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const rowOf = async ({ pending, sessionId }: Turns, path: string) => (await pending.list(sessionId)).find((row) => row.path === path)!;
const idsOf = async ({ pending, sessionId }: Turns) => (await pending.list(sessionId)).map(({ id }) => id);
const textOf = ({ worktree }: Turns, path: string) => readFile(join(worktree.path, path), "utf8");
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );
const lines = (...changed: [number, string][]) =>
  Array.from({ length: 40 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join("");

/** Whose each line is that is not the base's, and who removed lines of the base. */
async function authorsOf({ changeDiffs, sessionId }: Turns, id: Awaited<ReturnType<typeof rowOf>>["id"]) {
  const { writers, lines: written, removed } = await changeDiffs.blame(sessionId, id);
  const nameOf = (place: number) => writers[place]!.agent ?? "you";
  return {
    written: written.flatMap((by) => (by === "base" ? [] : [nameOf(by)])),
    removed: removed.flatMap((by) => (by === null ? [] : [nameOf(by)])),
  };
}

describe("reject", () => {
  it("brings the base back for all kinds of changes, byte for byte, and its undo brings back the changes with their authors", async () => {
    const base = {
      "edit.txt": "1\r\n2\r\n3",
      "gone/deep/file.txt": "gone\n",
      "old name.txt": lines(),
      "run.sh": "#!/bin/sh\n",
      "file-to-link": "x\n",
      "file-to-folder": "x\n",
      "folder-to-file/a": "a\n",
      "folder-to-file/b/c": "c\n",
      "bin.dat": Buffer.from([0, 1, 2]),
    };
    await using setup = await createTurns(base);
    const { worktree, reject, pending, sessionId, repository } = setup;
    const at = (path: string) => join(worktree.path, path);
    const treeNow = async () => {
      await repository.git("-C", worktree.path, "add", "--all");
      return repository.git("-C", worktree.path, "write-tree");
    };
    const start = await treeNow();
    await setup.turn("qwen", () => setup.write({ "edit.txt": "1\r\n2\r\nqwen" }));
    await setup.turn("goose", async () => {
      for (const path of ["gone/deep/file.txt", "file-to-link", "file-to-folder", "folder-to-file"])
        await rm(at(path), { recursive: true });
      await setup.write({
        "edit.txt": "\u{feff}goose\r\n1\r\n2\r\nqwen",
        'a "quoted"\tname\nwith break': "x\n",
        "ünï.txt": "",
        "new/deep/folder/file.txt": "new\n",
        "file-to-folder/inside.txt": "inside\n",
        "folder-to-file": "now a file\n",
        "bin.dat": Buffer.from([0, 255, 2, 10]),
      });
      await rename(at("old name.txt"), at("new name.txt"));
      await chmod(at("new name.txt"), 0o755);
      await chmod(at("run.sh"), 0o755);
      await symlink("edit.txt", at("file-to-link"));
    });
    await setup.write({ "by hand.txt": "mine\n" });
    const changed = await treeNow();
    await pending.refresh(sessionId);
    const rows = await pending.list(sessionId);
    const authors = await Promise.all(rows.map(({ id }) => authorsOf(setup, id)));

    const { rejectId, paths } = await reject.reject({ sessionId, changeIds: rows.map(({ id }) => id) });
    expect(paths).toEqual(rows.map(({ path }) => path));
    expect(await pending.list(sessionId)).toEqual([]);
    // The delete guard finds nothing that only the disk has.
    expect(await setup.worktrees.listUnheld(worktree)).toEqual([]);
    expect(await treeNow()).toBe(start);
    expect((await lstat(at("run.sh"))).mode & 0o111).toBe(0);
    expect(await lstat(at("new")).catch((error: NodeJS.ErrnoException) => error.code)).toBe("ENOENT");
    expect(await pending.refresh(sessionId)).not.toBe("busy");
    expect(await pending.list(sessionId)).toEqual([]);

    await reject.undo({ sessionId, rejectId });
    expect(await treeNow()).toBe(changed);
    expect(await readlink(at("file-to-link"))).toBe("edit.txt");
    expect(await pending.list(sessionId)).toEqual(rows);
    expect(await Promise.all(rows.map(({ id }) => authorsOf(setup, id)))).toEqual(authors);
    await pending.refresh(sessionId);
    expect(await pending.list(sessionId)).toEqual(rows);
    // Twice is once.
    expect(await reject.undo({ sessionId, rejectId })).toEqual({ paths });
    // The checkout was never touched.
    expect(await repository.git("status", "--porcelain")).toBe("");
  });

  it("takes out some hunks, and leaves the others with their authors, without adding you", async () => {
    await using setup = await createTurns({ "a.txt": lines(), "b.txt": "b\n" });
    const { reject, sessionId, pending } = setup;
    await setup.turn("qwen", () => setup.write({ "a.txt": lines([2, "qwen"]), "b.txt": "qwen\n" }));
    await setup.turn("goose", () => setup.write({ "a.txt": lines([2, "qwen"], [20, "goose"], [35, "goose\r"]) }));
    const row = await rowOf(setup, "a.txt");
    const other = await rowOf(setup, "b.txt");
    const input = { sessionId, changeIds: [row.id], hunks: [{ changeId: row.id, hunks: [1] }] };
    const { rejectId } = await reject.reject(input);
    expect(await textOf(setup, "a.txt")).toBe(lines([2, "qwen"], [35, "goose\r"]));
    const left = await rowOf(setup, "a.txt");
    expect(left).toMatchObject({
      agents: ["goose", "qwen"],
      taskIds: row.taskIds,
      chatIds: row.chatIds,
      evidence: row.evidence,
      additions: 2,
    });
    expect(await rowOf(setup, "b.txt")).toEqual(other);
    expect(await authorsOf(setup, left.id)).toEqual({ written: ["qwen", "goose"], removed: ["qwen", "goose"] });
    expect(await pending.refresh(sessionId)).not.toBe("busy");
    expect(await rowOf(setup, "a.txt")).toEqual(left);
    // A second browser gets the same answer; another choice of the same row does not.
    expect((await reject.reject(input)).rejectId).toBe(rejectId);
    expect(await faultOf(reject.reject({ ...input, hunks: [] }))).toEqual({ kind: "stale_change", changeId: row.id });
    await reject.undo({ sessionId, rejectId });
    expect(await rowOf(setup, "a.txt")).toEqual(row);
    expect(await authorsOf(setup, row.id)).toEqual({ written: ["qwen", "goose", "goose"], removed: ["qwen", "goose", "goose"] });
  });

  it("keeps the new name and the mode where only hunks are rejected, and rejects all hunks of a new file by removing it", async () => {
    await using setup = await createTurns({ "old.txt": lines() });
    const { reject, sessionId, worktree } = setup;
    const at = (path: string) => join(worktree.path, path);
    await setup.turn("qwen", async () => {
      await rename(at("old.txt"), at("new.txt"));
      await setup.write({ "new.txt": { text: lines([2, "x"], [30, "y"]), mode: 0o755 }, "added.txt": "1\n2\n" });
      await chmod(at("new.txt"), 0o755);
    });
    const renamed = await rowOf(setup, "new.txt");
    const added = await rowOf(setup, "added.txt");
    const hunks = [
      { changeId: renamed.id, hunks: [0] },
      { changeId: added.id, hunks: [0] },
    ];
    await reject.reject({ sessionId, changeIds: [renamed.id, added.id], hunks });
    expect(await textOf(setup, "new.txt")).toBe(lines([30, "y"]));
    expect((await lstat(at("new.txt"))).mode & 0o111).toBe(0o111);
    expect(await rowOf(setup, "new.txt")).toMatchObject({ operation: "renamed", previousPath: "old.txt", agents: ["qwen"] });
    expect(await rowOf(setup, "added.txt")).toBeUndefined();
    expect(await lstat(at("added.txt")).catch((error: NodeJS.ErrnoException) => error.code)).toBe("ENOENT");
  });

  it("captures what the person has edited first: the row that was shown is stale then, and nothing is written", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
    const { reject, sessionId } = setup;
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "b.txt": "qwen\n" }));
    const [a, b] = await idsOf(setup);
    await setup.write({ "a.txt": "qwen\nby hand\n", "c.txt": "by hand\n" });
    expect(await faultOf(reject.reject({ sessionId, changeIds: [a!, b!] }))).toEqual({ kind: "stale_change", changeId: a });
    expect(await textOf(setup, "a.txt")).toBe("qwen\nby hand\n");
    await reject.reject({ sessionId, changeIds: [b!] });
    expect((await setup.pending.list(sessionId)).map(({ path, agents }) => [path, agents])).toEqual([
      ["a.txt", [null, "qwen"]],
      ["c.txt", [null]],
    ]);
  });

  it("is not undone where the file has moved on, and is then told which", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
    const { reject, sessionId } = setup;
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "b.txt": "qwen\n" }));
    const { rejectId } = await reject.reject({ sessionId, changeIds: await idsOf(setup) });
    await setup.turn("goose", () => setup.write({ "b.txt": "goose\n" }));
    expect(await faultOf(reject.undo({ sessionId, rejectId }))).toEqual({ kind: "moved_on", paths: ["b.txt"] });
    expect([await textOf(setup, "a.txt"), await textOf(setup, "b.txt")]).toEqual(["a\n", "goose\n"]);
  });

  it("refuses a file whose place is taken by one that stays, and a nested repository", async () => {
    await using setup = await createTurns({ "folder/a": "a\n" });
    const { reject, sessionId, worktree } = setup;
    await setup.turn("qwen", async () => {
      await rm(join(worktree.path, "folder"), { recursive: true });
      await setup.write({ folder: "a file\n", "nested/x": "x\n" });
      await setup.repository.git("init", "--quiet", join(worktree.path, "nested"));
      const git = (...argv: string[]) => setup.repository.git("-C", join(worktree.path, "nested"), ...argv);
      await git("add", "--all");
      await git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "x");
    });
    const gone = await rowOf(setup, "folder/a");
    expect(await faultOf(reject.reject({ sessionId, changeIds: [gone.id] }))).toEqual({
      kind: "edit_refused",
      path: "folder/a",
      reason: "folder is in its place, and has to be rejected with it",
    });
    const nested = await rowOf(setup, "nested");
    expect(await faultOf(reject.reject({ sessionId, changeIds: [nested.id] }))).toMatchObject({ kind: "edit_refused", path: "nested" });
    await reject.reject({ sessionId, changeIds: [gone.id, (await rowOf(setup, "folder")).id] });
    expect(await textOf(setup, "folder/a")).toBe("a\n");
  });

  it("waits for nothing: while a turn runs it is refused", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { reject, sessionId, db } = setup;
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n" }));
    const changeIds = await idsOf(setup);
    const { rejectId } = await reject.reject({ sessionId, changeIds });
    const task = buildTask({ sessionId, state: "running" });
    await db.write("full", async (tx) => {
      await insertChat(tx, buildChat({ id: task.chatId, sessionId }));
      await insertTask(tx, task);
    });
    const busy = { kind: "worktree_busy", sessionId, taskId: task.id };
    expect(await faultOf(reject.reject({ sessionId, changeIds }))).toEqual(busy);
    expect(await faultOf(reject.undo({ sessionId, rejectId }))).toEqual(busy);
    await db.write("full", (tx) => updateTask(tx, task.id, { state: "completed" }));
    await reject.undo({ sessionId, rejectId });
    expect(await textOf(setup, "a.txt")).toBe("qwen\n");
  });

  it("is done once by two browsers in the same moment, and told in the journal once", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
    const { reject, sessionId, db } = setup;
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "b.txt": "qwen\n" }));
    const changeIds = await idsOf(setup);
    const answers = await Promise.all([reject.reject({ sessionId, changeIds }), reject.reject({ sessionId, changeIds })]);
    expect(answers[0]).toEqual(answers[1]);
    const { rejectId } = answers[0]!;
    await Promise.all([reject.undo({ sessionId, rejectId }), reject.undo({ sessionId, rejectId })]);
    const events = (await readSessionEvents(db.read, sessionId, Seq.parse(0), 100)).map(({ body }) => body);
    const paths = ["a.txt", "b.txt"];
    expect(events.filter(({ type }) => type === "changes.rejected")).toEqual([
      { type: "changes.rejected", paths, editId: rejectId, undone: false },
      { type: "changes.rejected", paths, editId: rejectId, undone: true },
    ]);
  });
});
