import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import { expect, it } from "vitest";
import { createTurns } from "../../turns-fixture.ts";
import { removeTemporaries, snapshot } from "../edit-cases-fixture.ts";

const COUNT = 12;
const OLD_S = 1_000_000_000;
const toName = (place: number) => `new/f${place}.txt`;
const toText = (word: string, place: number) => `${word} ${place}\n`.repeat(700);

/**
 * A session in which an agent has written new files and changed one, whose content of before is old in git. Applying stops at a failpoint, as
 * a power cut stops it.
 */
async function createCut(point: string, { isOld } = { isOld: true }) {
  const setup = await createTurns({ "kept.txt": "kept\n", "changed.txt": "before\n" });
  const at = (path: string) => join(setup.repository.path, path);
  await setup.turn("qwen", () =>
    setup.write({
      ...Object.fromEntries(Array.from({ length: COUNT }, (_, place) => [toName(place), toText("new", place)])),
      "changed.txt": "after\n",
    }),
  );
  if (isOld) age(join(setup.repository.path, ".git/objects"));
  const changeIds = (await setup.pending.list(setup.sessionId)).map(({ id }) => id);
  const before = snapshot(setup.repository.path);
  const reached = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const dying = setup.openEdits((name) => {
    if (name !== point) return;
    reached.resolve();
    return held.promise;
  });
  const applying = dying.apply.apply({ sessionId: setup.sessionId, changeIds });
  await reached.promise;
  return Object.assign(setup, {
    at,
    before,
    dying,
    applying,
    release: () => held.resolve(),
    after: snapshot(setup.worktree.path),
    aheads: () => readdirSync(join(setup.folder, "edits")),
    startAgain: async () => {
      const again = setup.openEdits(() => {});
      await again.recover();
      await again.aheads.settleAll();
    },
    look: () => snapshot(setup.repository.path),
  });
}

/** Every object becomes so old that it is durable. */
function age(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), OLD_S, OLD_S);
}

/** What a disk has of a file whose writing it has not finished: as old as the writing, and shorter. */
function tear(file: string, bytes: number): void {
  const { atime, mtime } = statSync(file);
  truncateSync(file, bytes);
  utimesSync(file, atime, new Date(Math.floor(mtime.getTime()) - 1));
}

/** What a disk has of a folder whose entries it does not have: as old as before. */
function loseEntry(file: string, folder: string): void {
  rmSync(file);
  utimesSync(folder, OLD_S, OLD_S);
}

it("F4 what a power cut takes of applied files after the answer is back at the next start", async () => {
  await using setup = await createCut("edit.flushed");
  await setup.applying;
  expect(setup.look()).toEqual(setup.after);
  // The one that was there before is among them, because git surely has what it replaced.
  const [ahead] = setup.aheads();
  expect(readFileSync(join(setup.folder, "edits", ahead!), "latin1")).toContain('"path":"changed.txt"');
  tear(setup.at(toName(0)), 0);
  tear(setup.at(toName(1)), 4_096);
  // A whole block that was not written reads as zeros.
  const [fd, { mtime }] = [readFileSync(setup.at(toName(2))), statSync(setup.at(toName(2)))];
  writeFileSync(setup.at(toName(2)), Buffer.concat([fd.subarray(0, 4_096), Buffer.alloc(fd.length - 4_096)]));
  utimesSync(setup.at(toName(2)), mtime, new Date(Math.floor(mtime.getTime()) - 1));
  for (const place of [3, 4, 5]) loseEntry(setup.at(toName(place)), setup.at("new"));
  await setup.startAgain();
  expect(setup.look()).toEqual(setup.after);
  expect(setup.aheads()).toEqual([]);
  const [edit] = await setup.apply.list(setup.sessionId);
  expect(edit).toMatchObject({ state: "done" });
  expect(await setup.pending.list(setup.sessionId)).toEqual([]);
  // The whole folder may be missing too.
  await setup.apply.undo({ sessionId: setup.sessionId, applyId: edit!.id });
  expect(setup.look()).toEqual(setup.before);
});

it("F4 a new folder that a power cut has taken is back, also after another crash while it was brought back", async () => {
  await using setup = await createCut("edit.flushed");
  await setup.applying;
  rmSync(setup.at("new"), { recursive: true });
  utimesSync(setup.repository.path, OLD_S, OLD_S);
  const reached = Promise.withResolvers<void>();
  const dying = setup.openEdits((name) => {
    if (name !== "edit.file.0") return;
    reached.resolve();
    return new Promise<never>(() => {});
  });
  void dying.recover();
  await reached.promise;
  // What is back changes its folder, in which others are still missing.
  for (const place of [1, 2]) rmSync(setup.at(toName(place)), { force: true });
  await setup.startAgain();
  expect(setup.look()).toEqual(setup.after);
  expect(setup.aheads()).toEqual([]);
});

it("F4 what somebody has done to applied files before a daemon that was killed starts again stays as it is", async () => {
  await using setup = await createCut("edit.flushed");
  await setup.applying;
  writeFileSync(setup.at(toName(0)), "person\n");
  writeFileSync(setup.at(toName(1)), "");
  truncateSync(setup.at(toName(2)), 4_096);
  rmSync(setup.at(toName(3)));
  writeFileSync(setup.at("empty"), "");
  utimesSync(setup.at("empty"), OLD_S, OLD_S);
  renameSync(setup.at("empty"), setup.at(toName(4)));
  writeFileSync(setup.at("changed.txt"), "before\n");
  const theirs = setup.look();
  await setup.startAgain();
  expect(setup.look()).toEqual(theirs);
  expect(setup.aheads()).toEqual([]);
  expect((await setup.apply.list(setup.sessionId))[0]).toMatchObject({ state: "done", reason: null });
});

it("F4 a power cut in the middle of applying leaves torn files, which are written on", async () => {
  await using setup = await createCut("edit.written");
  tear(setup.at(toName(0)), 0);
  tear(setup.at(toName(1)), 100);
  await setup.startAgain();
  expect(setup.look()).toEqual(setup.after);
  expect((await setup.apply.list(setup.sessionId))[0]).toMatchObject({ state: "done" });
  expect(await setup.pending.list(setup.sessionId)).toEqual([]);
  expect(setup.aheads()).toEqual([]);
});

it("F4 a file emptied by somebody in the middle of applying is a person's to decide about, before and after a power cut", async () => {
  await using setup = await createCut("edit.written");
  writeFileSync(setup.at(toName(0)), "");
  tear(setup.at(toName(1)), 0);
  const { apply, sessionId } = setup;
  await setup.startAgain();
  const [edit] = await apply.list(sessionId);
  expect(edit).toMatchObject({ state: "needs_attention", reason: `Other content is at ${toName(0)}` });
  expect(readFileSync(setup.at(toName(0)), "utf8")).toBe("");
  expect(await apply.settle({ sessionId, editId: edit!.id, to: "before" })).toEqual({ kept: [toName(0)] });
  // What was torn was BooCode's own.
  expect(setup.look()).toEqual(new Map([...setup.before, [toName(0), "file "]]));
});

it("F4 a power cut while what was applied is taken back leaves torn files, which go too", async () => {
  await using setup = await createTurns({ "kept.txt": "kept\n" });
  const { sessionId, repository } = setup;
  const at = (path: string) => join(repository.path, path);
  const last = toName(COUNT - 1).replace("new/", "");
  await setup.turn("qwen", () =>
    setup.write(Object.fromEntries(Array.from({ length: COUNT }, (_, place) => [toName(place).replace("new/", ""), toText("new", place)]))),
  );
  const reached = Promise.withResolvers<void>();
  const dying = setup.openEdits((name) => {
    if (name === "edit.file.3") writeFileSync(at("f9.txt"), "person\n");
    if (name !== "edit.reverting") return;
    reached.resolve();
    return new Promise<never>(() => {});
  });
  void dying.apply.apply({ sessionId, changeIds: (await setup.pending.list(sessionId)).map(({ id }) => id) });
  await reached.promise;
  tear(at("f0.txt"), 0);
  expect(existsSync(at(last))).toBe(true);
  const again = setup.openEdits(() => {});
  await again.recover();
  await again.aheads.settleAll();
  expect(snapshot(repository.path)).toEqual(
    new Map([
      ["kept.txt", "file kept\n"],
      ["f9.txt", "file person\n"],
    ]),
  );
  const [edit] = await setup.apply.list(sessionId);
  expect(edit).toMatchObject({ state: "failed" });
  expect(await findEdit(setup.db.read, edit!.id)).toMatchObject({ base: expect.any(Array) });
});

it("F9 where the one file cannot be written, nothing is touched, and nothing is left behind", async () => {
  await using setup = await createTurns({ "kept.txt": "kept\n" });
  const { apply, pending, sessionId, repository } = setup;
  await setup.turn("qwen", () => setup.write(Object.fromEntries(Array.from({ length: COUNT }, (_, place) => [`${place}.txt`, "new\n"]))));
  writeFileSync(join(setup.folder, "edits"), "in the way");
  const changeIds = (await pending.list(sessionId)).map(({ id }) => id);
  await expect(apply.apply({ sessionId, changeIds })).rejects.toMatchObject({ fault: { kind: "edit_refused" } });
  expect(snapshot(repository.path)).toEqual(new Map([["kept.txt", "file kept\n"]]));
  expect(removeTemporaries(repository.path)).toBe(0);
  expect((await apply.list(sessionId))[0]).toMatchObject({ state: "failed" });
  rmSync(join(setup.folder, "edits"));
  await apply.apply({ sessionId, changeIds });
  expect(await pending.list(sessionId)).toEqual([]);
});

it("a file that replaces one of which git may have the only copy, not surely durable, is durable itself before", async () => {
  await using setup = await createCut("edit.ahead", { isOld: false });
  const [ahead] = setup.aheads();
  expect(readFileSync(join(setup.folder, "edits", ahead!), "latin1")).not.toContain('"path":"changed.txt"');
  await setup.startAgain();
  expect(setup.look()).toEqual(setup.after);
});

it("an edit of the same files waits until those of the one before are durable", async () => {
  await using setup = await createCut("edit.flushed");
  const { applyId } = await setup.applying;
  const steps: string[] = [];
  const undoing = setup.dying.apply.undo({ sessionId: setup.sessionId, applyId }).then(() => steps.push("undone"));
  // Whoever asks later waits for the same.
  const settling = setup.dying.aheads.settleAll().then(() => steps.push("durable"));
  setup.release();
  await Promise.all([undoing, settling]);
  expect(steps).toEqual(["durable", "undone"]);
  expect(setup.look()).toEqual(setup.before);
});
