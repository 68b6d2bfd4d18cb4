import { replacePendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { ChangeId, ProjectId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { Barrier } from "@boocode/testkit/barrier";
import { expect, it } from "vitest";
import { createRig } from "../../test/task-rig.ts";

const { project } = BUILT_IDS;

const change = (path: string, given: Partial<PendingChange> = {}): PendingChange => ({
  id: ChangeId.parse(`change-${path}`),
  sessionId: BUILT_IDS.session,
  path,
  operation: "modified",
  location: "worktree",
  agent: null,
  agents: [],
  chatIds: [],
  taskIds: [],
  additions: 2,
  deletions: 1,
  binary: false,
  evidence: "tool",
  state: "pending",
  stale: false,
  ...given,
});

it("derives fields from tasks, chats, changes and the worktree", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: (prompt) => (prompt.text === "wait" ? [{ do: "wait", barrier }] : [{ do: "throw", error: new Error("no") }]),
  });
  expect(await rig.sessions.find(rig.session)).toMatchObject({ status: "idle", attention: "none", agents: [], worktree: null });
  const { taskId } = await rig.send({ text: "wait" });
  await barrier.reached;
  const waiting = await rig.send({ text: "fail" });
  await rig.db.write("full", (tx) => replacePendingChanges(tx, rig.session, [change("a"), change("b", { state: "rejected" })]));
  expect(await rig.sessions.find(rig.session)).toMatchObject({
    status: "running",
    agents: ["boocode"],
    additions: 2,
    deletions: 1,
    worktree: { state: "live", branch: expect.any(String) },
  });
  barrier.open();
  await rig.ended(taskId);
  await rig.ended(waiting.taskId);
  await rig.dispatcher.settle();
  expect(await rig.sessions.find(rig.session)).toMatchObject({ status: "idle", attention: "failed" });
});

it("creates, names and lists, newest activity first", async () => {
  await using rig = await createRig({ script: () => [] });
  const first = await rig.sessions.create({ projectId: project });
  const second = await rig.sessions.create({ projectId: project, title: "Parser", baseRef: "main" });
  expect(first).toMatchObject({ title: "New session", lastSeq: 0, archived: false });
  expect(second).toMatchObject({ title: "Parser", baseRef: "main" });
  await rig.send({ sessionId: first.id });
  expect((await rig.sessions.list({ projectId: project })).map(({ id }) => id)).toEqual([first.id, second.id, rig.session]);
  expect(await rig.sessions.rename(second.id, "Printer")).toMatchObject({ title: "Printer" });
});

it.each([
  ["an unknown project", { projectId: ProjectId.parse("project-none") }, "project_not_found"],
  ["a ref that is not there", { projectId: project, baseRef: "gone" }, "base_ref_not_found"],
])("refuses %s", async (_, input, kind) => {
  await using rig = await createRig({ script: () => [] });
  await expect(rig.sessions.create(input)).rejects.toMatchObject({ fault: { kind } });
});

it("archives only idle sessions, and restores them", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: () => [{ do: "wait", barrier }] });
  await rig.send();
  await barrier.reached;
  await expect(rig.sessions.archive(rig.session, true)).rejects.toMatchObject({ fault: { kind: "session_busy", openTasks: 1 } });
  barrier.open();
  await rig.dispatcher.settle();
  expect(await rig.sessions.archive(rig.session, true)).toMatchObject({ archived: true });
  expect(rig.pool.size).toBe(0);
  expect(await rig.sessions.list({})).toEqual([]);
  expect(await rig.sessions.list({ includeArchived: true })).toHaveLength(1);
  await rig.sessions.archive(rig.session, false);
  expect(await rig.sessions.list({})).toHaveLength(1);
});

it("an unknown session is a fault", async () => {
  await using rig = await createRig({ script: () => [] });
  const nowhere = SessionId.parse("session-none");
  for (const call of [rig.sessions.find(nowhere), rig.sessions.rename(nowhere, "x"), rig.sessions.archive(nowhere, true)]) {
    await expect(call).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
  }
});
