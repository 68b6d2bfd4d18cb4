import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSessionEvents } from "@boocode/db/stores/chats/chat-event-store";
import { insertEdit, listUnsettledEdits } from "@boocode/db/stores/changes/edit-store";
import { insertTask, updateTask, listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { requireSession } from "@boocode/db/stores/sessions/require-session";
import { findTrashOfSession, updateTrash } from "@boocode/db/stores/sessions/trash-store";
import { updateSession } from "@boocode/db/stores/sessions/session-store";
import { ChatId, EditId, PromptId, TaskId } from "@boocode/shared/ids";
import { buildTask } from "@boocode/shared/testing/build";
import { runGit } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { crashAt, createDeletionSetup, faultOf, UNFORCED } from "./deletion-fixture.ts";

it("two requests at once are one deletion, and both get its answer", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  await setup.use(sessionId);
  await setup.worktrees.ensure(sessionId);
  let stops = 0;
  const run = setup.open({ onStop: async () => void (stops += 1) });
  const [first, second] = await Promise.all([run.deletion.delete(sessionId, UNFORCED), run.deletion.delete(sessionId, UNFORCED)]);
  expect(first.trashId).not.toBeNull();
  expect(second).toEqual(first);
  expect(stops).toBe(1);
  expect(await run.deletion.delete(sessionId, UNFORCED)).toEqual(first);
  // The other session was never used.
  const unused = [1, 2].map(() => run.deletion.delete(setup.otherSessionId, UNFORCED));
  expect(await Promise.all(unused)).toEqual([{ trashId: null }, { trashId: null }]);
});

it("a request that is refused does not decide for one that is forced", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  await writeFile(join(path, "new.txt"), "work\n");
  const run = setup.open();
  const shown = await faultOf(run.deletion.delete(sessionId, UNFORCED));
  const consent = shown?.kind === "work_at_risk" ? shown.consent : null;
  const [refused, forced] = await Promise.all([
    faultOf(run.deletion.delete(sessionId, UNFORCED)),
    run.deletion.delete(sessionId, { force: true, consent }),
  ]);
  expect(refused).toMatchObject({ kind: "work_at_risk" });
  expect(forced.trashId).not.toBeNull();
});

it("a session without a worktree goes to the trash as records, and git is never started", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  expect(await run.trash.list()).toMatchObject([{ id: trashId, holds: "records", chats: 1, branch: null, size: null }]);
  await run.trash.restore(trashId!);
  expect((await requireSession(db.read, sessionId)).deletedAt).toBeNull();
  await run.trash.purge((await run.deletion.delete(sessionId, UNFORCED)).trashId!);
  expect(await faultOf(requireSession(db.read, sessionId))).toMatchObject({ kind: "session_not_found" });
  expect(run.gits).toEqual([]);
});

it("takes no new work from the intent on, and is whole again when it is refused after the stop", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const before = await setup.describe(path, sessionId);
  const seen: unknown[] = [];
  const run = setup.open({
    left: [{ pid: 77, name: "stubborn" }],
    onStop: async () => void seen.push(await faultOf(requireSession(db.read, sessionId))),
  });
  const refused = await faultOf(run.deletion.delete(sessionId, UNFORCED));
  expect(seen).toMatchObject([{ kind: "session_deleting", sessionId }]);
  expect(refused).toMatchObject({
    kind: "work_at_risk",
    reports: [{ verdict: "at_risk", liveProcesses: [{ pid: 77, name: "stubborn" }] }],
  });
  expect(await setup.describe(path, sessionId)).toEqual(before);
  // A person who has seen it may go on.
  await writeFile(join(path, "new.txt"), "work\n");
  expect((await setup.force(run, sessionId)).trashId).not.toBeNull();
});

it("W4: looks again after the stop, and refuses what has appeared since", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const writes = setup.open({ onStop: () => writeFile(join(path, "late.txt"), "written while it was stopped\n") });
  expect(await faultOf(writes.deletion.delete(sessionId, UNFORCED))).toMatchObject({
    kind: "work_at_risk",
    reports: [{ untrackedFiles: ["late.txt"] }],
  });
  // The consent named other files.
  const more = setup.open({ onStop: () => writeFile(join(path, "later.txt"), "again\n") });
  expect(await faultOf(setup.force(more, sessionId))).toMatchObject({ kind: "work_at_risk", reports: [{ untracked: 2 }] });
  // A task that was accepted in between is not cancelled without a person's word.
  await rm(join(path, "late.txt"));
  await rm(join(path, "later.txt"));
  const task = buildTask({
    id: TaskId.parse("late"),
    promptId: PromptId.parse("late"),
    chatId: ChatId.parse("chat-1"),
    sessionId,
    state: "queued",
  });
  const accepts = setup.open({ onStop: () => db.write("full", (tx) => insertTask(tx, task)) });
  expect(await faultOf(accepts.deletion.delete(sessionId, UNFORCED))).toMatchObject({
    kind: "work_at_risk",
    reports: [{ runningTasks: 1 }],
  });
  expect(await listOpenTasks(db.read, sessionId)).toHaveLength(1);
});

it("what a turn wrote until it was stopped goes along, if the person agreed to stop it", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const task = buildTask({
    id: TaskId.parse("running"),
    promptId: PromptId.parse("r"),
    chatId: ChatId.parse("chat-1"),
    sessionId,
    state: "running",
  });
  await db.write("full", (tx) => insertTask(tx, task));
  const run = setup.open({
    onStop: async () => {
      await writeFile(join(path, "last.txt"), "the last thing it wrote\n");
      await db.write("full", (tx) => updateTask(tx, task.id, { state: "cancelled", endedAt: 5 }));
    },
  });
  const { trashId } = await setup.force(run, sessionId);
  await run.trash.restore(trashId!);
  expect(await runGit(path, ["status", "--porcelain"])).toBe("?? last.txt");
});

it("W6: a deletion that a crash interrupted is looked at anew, and a session that stays says why", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  await writeFile(join(path, "new.txt"), "work\n");
  await crashAt(
    0,
    (name) => name === "delete.move",
    (failpoint) => setup.force(setup.open({ failpoint }), sessionId),
  );
  expect(await faultOf(requireSession(db.read, sessionId))).toMatchObject({ kind: "session_deleting" });
  const run = setup.open();
  await run.recover();
  expect(await requireSession(db.read, sessionId)).toMatchObject({ deletedAt: null });
  expect(await runGit(path, ["status", "--porcelain"])).toBe("?? new.txt");
  const notices = (await readSessionEvents(db.read, sessionId, 0, 100)).flatMap(({ body }) => (body.type === "notice" ? [body.text] : []));
  expect(notices).toEqual([expect.stringContaining("work would have been lost")]);
});

it("an edit that waits for a person's decision is not known to be safe, and goes along if the person says so", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { id: worktreeId, projectId } = await setup.worktrees.ensure(sessionId);
  const none = { baseBefore: null, baseAfter: null, undoes: null, taskId: null, endedAt: null };
  const edit = {
    id: EditId.parse("edit-1"),
    sessionId,
    projectId,
    worktreeId,
    files: [],
    base: [],
    index: [],
    staged: [],
    judged: [],
    createdAt: 1,
    ...none,
  };
  await db.write("full", (tx) => insertEdit(tx, { ...edit, kind: "apply", state: "needs_attention", reason: "Other content" }, []));
  const run = setup.open();
  expect(await faultOf(run.deletion.delete(sessionId, UNFORCED))).toMatchObject({
    kind: "risk_unknown",
    reason: expect.stringContaining("decision"),
  });
  const { trashId } = await setup.force(run, sessionId);
  await run.trash.restore(trashId!);
  expect(await listUnsettledEdits(db.read)).toMatchObject([{ id: edit.id, state: "needs_attention" }]);
});

it("an archived session is deleted and restored as archived", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  await setup.worktrees.ensure(sessionId);
  await db.write("full", (tx) => updateSession(tx, sessionId, { archived: true }));
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  await run.trash.restore(trashId!);
  expect(await requireSession(db.read, sessionId)).toMatchObject({ archived: true, deletedAt: null });
});

it("a restore that is refused leaves the session in the trash, to be tried again", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const before = await setup.describe(path, sessionId);
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  await writeFile(path, "in the way");
  expect(await faultOf(run.trash.restore(trashId!))).toMatchObject({ kind: "trash_not_restorable", reason: expect.stringContaining(path) });
  expect(await findTrashOfSession(db.read, sessionId)).toMatchObject({ id: trashId, state: "kept", holds: "folder" });
  await rm(path);
  await run.trash.restore(trashId!);
  expect(await setup.describe(path, sessionId)).toEqual(before);
});

it("F22: a clock that is wrong for a moment removes nothing from the trash", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  let jump = 0;
  const run = setup.open({ now: () => Date.now() + jump });
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  const holds = async () => (await run.trash.list())[0]?.holds;
  for (jump of [400, 0, 400].map((days) => days * 24 * 60 * 60 * 1_000)) {
    await run.trash.expire();
    expect(await holds()).toBe("folder");
  }
  await run.trash.expire();
  expect(await holds()).toBe("refs");
  await run.trash.restore(trashId!);
  expect(await runGit(path, ["status", "--porcelain"])).toBe("");
});

it("W1: a file that no checkpoint holds outlives the time of its folder", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  await writeFile(join(path, "large.bin"), "more than a checkpoint takes");
  const run = setup.open({ limits: { maxUntrackedBytes: 10 }, now: () => Date.now() + 31 * 24 * 60 * 60 * 1_000 });
  const { trashId } = await setup.force(setup.open({ limits: { maxUntrackedBytes: 10 } }), sessionId);
  await run.trash.expire();
  await run.trash.expire();
  expect(await run.trash.list()).toMatchObject([{ holds: "folder" }]);
  await run.trash.restore(trashId!);
  expect(await readFile(join(path, "large.bin"), "utf8")).toBe("more than a checkpoint takes");
});

it("a restore that could not be finished is still in the trash, and a purge that could not is finished by the next", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const before = await setup.describe(path, sessionId);
  const run = setup.open();
  const { trashId } = await run.deletion.delete(sessionId, UNFORCED);
  await db.write("full", (tx) => updateTrash(tx, trashId!, { state: "restoring" }));
  expect(await run.trash.list()).toMatchObject([{ id: trashId }]);
  await run.trash.restore(trashId!);
  expect(await setup.describe(path, sessionId)).toEqual(before);
  const again = await run.deletion.delete(sessionId, UNFORCED);
  await db.write("full", (tx) => updateTrash(tx, again.trashId!, { state: "purging" }));
  expect(await faultOf(run.trash.restore(again.trashId!))).toMatchObject({ kind: "trash_not_restorable" });
  await run.trash.purge(again.trashId!);
  expect(await run.trash.list()).toEqual([]);
});

it("a folder with a repository of its own outlives its time, until a person purges it", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const nested = join(path, "nested");
  await setup.repository.git("init", "--quiet", nested);
  for (const argv of [
    ["config", "user.name", "Test"],
    ["config", "user.email", "t@example.invalid"],
    ["commit", "--quiet", "--allow-empty", "-m", "Own"],
  ]) {
    await runGit(nested, argv);
  }
  const run = setup.open({ now: () => Date.now() + 31 * 24 * 60 * 60 * 1_000 });
  const { trashId } = await setup.force(setup.open(), sessionId);
  await run.trash.expire();
  await run.trash.expire();
  expect(await run.trash.list()).toMatchObject([{ holds: "folder" }]);
  await run.trash.purge(trashId!);
  expect(await run.trash.list()).toEqual([]);
});
