import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import { UNDO_KEPT_MS } from "@boocode/shared/changes/edits/edit";
import { openLog } from "../../platform/logger.ts";
import { newId } from "../../platform/new-id.ts";
import { expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { removeTemporaries } from "./edit-cases-fixture.ts";
import { OldEdits } from "./forget-old-edits.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

const idsOf = async ({ pending, sessionId }: Turns) => (await pending.list(sessionId)).map(({ id }) => id);
const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { fault: object }) => error.fault,
  );

/** Applies until a failpoint, and never on. */
async function stopAt(setup: Turns, name: string): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const { apply } = setup.openEdits((at) => {
    if (at !== name) return;
    stopped.resolve();
    return new Promise<never>(() => {});
  });
  const changeIds = await idsOf(setup);
  void apply.apply({ sessionId: setup.sessionId, changeIds });
  await stopped.promise;
}

it("an edit that could not be ended is finished before the next one, which is planned anew", async () => {
  await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
  const { sessionId, repository } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n" }));
  await stopAt(setup, "edit.written");
  await setup.turn("qwen", () => setup.write({ "b.txt": "qwen\n" }));
  const changeIds = await idsOf(setup);
  const { apply, reject } = setup.openEdits(() => {});
  const [b] = (await setup.pending.list(sessionId)).filter(({ path }) => path === "b.txt");
  // A reject does not hold the checkout's lock.
  expect(await faultOf(reject.reject({ sessionId, changeIds: [b!.id] }))).toMatchObject({ kind: "edit_needs_attention", paths: ["a.txt"] });
  expect(await faultOf(apply.apply({ sessionId, changeIds }))).toEqual({ kind: "moved_on", paths: ["a.txt"] });
  expect((await setup.pending.list(sessionId)).map(({ path }) => path)).toEqual(["b.txt"]);
  expect(readFileSync(join(repository.path, "a.txt"), "utf8")).toBe("qwen\n");
  await apply.apply({ sessionId, changeIds: await idsOf(setup) });
  expect(await setup.pending.list(sessionId)).toEqual([]);
});

it("an edit whose base has been moved by somebody else meanwhile takes its files back", async () => {
  await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
  await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n" }));
  await stopAt(setup, "edit.written");
  await setup.moveBase({ "b.txt": "moved\n" });
  await setup.openEdits(() => {}).recover();
  expect(await setup.apply.list(setup.sessionId)).toMatchObject([{ state: "failed" }]);
  expect(readFileSync(join(setup.repository.path, "a.txt"), "utf8")).toBe("a\n");
});

it("is taken back by the person as far as it goes, also where a file of theirs is in the place of a folder", async () => {
  await using setup = await createTurns({ "dir/in.txt": "in\n", "b.txt": "b\n" });
  const { apply, sessionId, repository, worktree } = setup;
  const at = (path: string) => join(repository.path, path);
  await setup.turn("qwen", async () => {
    rmSync(join(worktree.path, "dir"), { recursive: true });
    await setup.write({ dir: "a file now\n", "b.txt": "qwen\n" });
  });
  await stopAt(setup, "edit.file.1");
  removeTemporaries(repository.path);
  // What has gone cannot come back beside this, and the rest can.
  rmSync(at("dir"), { recursive: true, force: true });
  writeFileSync(at("dir"), "the person's\n");
  await setup.openEdits(() => {}).recover();
  const [edit] = await apply.list(sessionId);
  expect(edit).toMatchObject({ state: "needs_attention" });
  const settled = await apply.settle({ sessionId, editId: edit!.id, to: "before" });
  expect(settled.kept.toSorted()).toEqual(["dir", "dir/in.txt"]);
  expect([readFileSync(at("dir"), "utf8"), readFileSync(at("b.txt"), "utf8")]).toEqual(["the person's\n", "b\n"]);
  expect(await apply.list(sessionId)).toMatchObject([{ state: "failed" }]);
  expect(await idsOf(setup)).toHaveLength(3);
});

it("lets go of contents that can no longer be undone, and keeps the present base", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { apply, sessionId, repository, db, git } = setup;
  const { logger } = openLog({ level: "silent", folder: null, stderr: null, secrets: [] });
  const applyNext = async (text: string) => {
    await setup.turn("qwen", () => setup.write({ "a.txt": text }));
    return (await apply.apply({ sessionId, changeIds: await idsOf(setup) })).applyId;
  };
  const [first, second] = [await applyNext("1\n"), await applyNext("2\n")];
  const { endedAt } = (await findEdit(db.read, second))!;
  // Refs of sessions that are gone have no row any more.
  const [gone, young] = [newId("edit", 1_000), newId("edit", endedAt! + UNDO_KEPT_MS)];
  const { text: tree } = await git.read(repository.path, ["rev-parse", "HEAD^{tree}"]);
  for (const id of [gone, young]) await repository.git("update-ref", `refs/boocode/edits/${id}`, tree);
  const refs = async () => (await repository.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/boocode/edits")).split("\n");
  let hours = 0;
  let now = 0;
  const oldEdits = new OldEdits({ db, git, logger, time: { now: () => now, elapsedMs: () => hours++ * 3_600_000 } });
  const later = endedAt! + UNDO_KEPT_MS + 1;
  // F22: a clock that is wrong for a moment ends nothing.
  for (now of [endedAt!, later, endedAt! + 1, endedAt! + 2, later]) {
    await oldEdits.expire();
    expect(await refs()).toHaveLength(4);
  }
  await oldEdits.expire();
  expect((await refs()).toSorted()).toEqual([second, young].toSorted());
  expect(first).not.toBe(second);
});

it("a recorded edit that cannot be read keeps neither the start nor what is pending from working", async () => {
  await using setup = await createTurns({ "a.txt": "a\n" });
  await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n" }));
  await stopAt(setup, "edit.recorded");
  await setup.db.write("normal", (tx) => tx.updateTable("edits").set({ files: "[broken" }).execute());
  await setup.openEdits(() => {}).recover();
  expect((await setup.pending.list(setup.sessionId)).map(({ path }) => path)).toEqual(["a.txt"]);
  expect(readFileSync(join(setup.repository.path, "a.txt"), "utf8")).toBe("a\n");
});
