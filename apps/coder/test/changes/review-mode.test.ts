import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

async function openSession(files: Parameters<typeof createRepository>[0]) {
  const repository = await createRepository(files);
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make();
  const daemon = await home.start({ demoWordsPerSecond: Infinity });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  onTestFinished(() => follower.stop());
  return {
    api,
    home,
    daemon,
    repository,
    sessionId,
    async send(text: string, mode = "review") {
      const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, mode, text });
      return { ...sent, end: await follower.end(sent.taskId) };
    },
    list: () => api.pendingChanges.list.query({ sessionId }),
    async onDisk(name: string) {
      const [session] = await api.sessions.list.query();
      return readFile(join(session!.worktree!.path, name), "utf8").catch(() => null);
    },
    inCheckout: (name: string) => readFile(join(repository.path, name), "utf8").catch(() => null),
  };
}

it("lets the native agent work in review: nothing is written until the person says so, and every line stays its own", async () => {
  const { api, sessionId, send, list, onDisk, inCheckout } = await openSession({ "notes.md": "# Notes\n", "old.txt": "old\n" });
  const boocode = (await api.agents.list.query()).find(({ id }) => id === BOOCODE);
  expect(boocode!.modes.map(({ id }) => id)).toEqual(["auto", "review", "plan"]);
  const first = await send("append One to notes.md and delete old.txt");
  expect(first.end).toMatchObject({ state: "completed", filesChanged: 2 });
  // Its next turn sees what is staged.
  const second = await send("append Two to notes.md, then create a file deep/new.txt that says Hello, then list files");
  expect([await onDisk("notes.md"), await onDisk("old.txt"), await onDisk("deep/new.txt")]).toEqual(["# Notes\n", "old\n", null]);
  const rows = await list();
  expect(rows).toMatchObject([
    { path: "deep/new.txt", location: "staged", operation: "added", agents: [BOOCODE], taskIds: [second.taskId] },
    { path: "notes.md", location: "staged", additions: 2, chatIds: [first.chatId], taskIds: [second.taskId, first.taskId] },
    { path: "old.txt", location: "staged", operation: "deleted" },
  ]);
  // Each turn's diff shows its own part.
  const shown = await api.pendingChanges.turnDiff.query({ taskId: second.taskId });
  expect(shown.files).toMatchObject([
    { path: "deep/new.txt", location: "staged" },
    { path: "notes.md", location: "staged", additions: 1, deletions: 0 },
  ]);
  expect(shown.files[1]!.diff!.patch).toContain("+Two\n");
  // A turn on disk does not.
  await send("append Three to notes.md", "auto");
  expect(await onDisk("notes.md")).toBe("# Notes\nThree\n");
  expect((await list()).filter(({ path }) => path === "notes.md")).toMatchObject([
    { location: "worktree" },
    { location: "staged", stale: true },
  ]);

  const id = rows.find(({ path }) => path === "deep/new.txt")!.id;
  expect(await api.pendingChanges.markViewed.mutate({ sessionId, changeId: id, viewed: true })).toBeUndefined();
  expect(await api.pendingChanges.viewed.query({ sessionId })).toEqual({ changeIds: [id] });
  const { writeId } = await api.pendingChanges.writeStaged.mutate({ sessionId, changeIds: [id, rows[2]!.id] });
  expect([await onDisk("deep/new.txt"), await onDisk("old.txt")]).toEqual(["Hello\n", null]);
  await api.pendingChanges.undoWriteStaged.mutate({ sessionId, writeId });
  expect([await onDisk("deep/new.txt"), await onDisk("old.txt")]).toEqual([null, "old\n"]);
  await api.pendingChanges.apply.mutate({ sessionId, changeIds: [id] });
  expect([await inCheckout("deep/new.txt"), await onDisk("deep/new.txt")]).toEqual(["Hello\n", "Hello\n"]);
  const { rejectId } = await api.pendingChanges.reject.mutate({ sessionId, changeIds: [rows[2]!.id] });
  expect((await list()).map(({ path }) => path)).toEqual(["notes.md", "notes.md"]);
  await api.pendingChanges.undoReject.mutate({ sessionId, rejectId });
  expect((await list()).map(({ path }) => path)).toEqual(["notes.md", "notes.md", "old.txt"]);
});

it("stages the person's edits over the content they began with, and keeps all of it over a restart", async () => {
  const { api, home, daemon, sessionId, list, onDisk, repository } = await openSession({ "a.txt": "a\n" });
  const baseOid = await repository.git("rev-parse", "HEAD:a.txt");
  const add = (content: string | null, over: string | null, path = "a.txt") =>
    api.pendingChanges.add.mutate({ sessionId, path, content, baseOid: over });
  const { changeId } = await add("mine\n", baseOid);
  expect(await list()).toMatchObject([{ id: changeId, path: "a.txt", location: "staged", agent: null, agents: [null] }]);
  expect(await onDisk("a.txt")).toBe("a\n");
  expect(await faultOf(add("theirs\n", baseOid))).toEqual({ kind: "file_changed", httpStatus: 409 });
  expect(await faultOf(add("x\n", null, "../x"))).toEqual({ kind: "staging_refused", httpStatus: 422 });
  expect(await faultOf(add("x".repeat(2 * 1024 * 1024 + 1), null, "large.txt"))).toMatchObject({ httpStatus: 400 });
  expect(await faultOf(add("ü".repeat(1024 * 1024 + 1), null, "large.txt"))).toEqual({ kind: "staging_refused", httpStatus: 422 });
  const rows = await list();
  await daemon.close();
  const again = callOver(await home.start());
  expect(await again.pendingChanges.list.query({ sessionId })).toEqual(rows);
  const [session] = await again.sessions.list.query();
  await writeFile(join(session!.worktree!.path, "a.txt"), "by hand\n");
  expect(await faultOf(again.pendingChanges.writeStaged.mutate({ sessionId, changeIds: [changeId!] }))).toMatchObject({
    kind: "apply_conflict",
  });
});
