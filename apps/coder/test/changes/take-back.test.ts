import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("restores one chat's turn over another's work, rejects from two browsers, exports, and takes all of it back", async () => {
  await using repository = await createRepository({ "notes.md": "# Notes\n", "other.md": "other\n" });
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond: Infinity });
  const [api, second] = [callOver(daemon), callOver(daemon)];
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  onTestFinished(() => follower.stop());
  const send = async (chatId: Parameters<typeof api.tasks.send.mutate>[0]["chatId"], text: string) => {
    const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: BOOCODE, text });
    await follower.end(sent.taskId);
    return sent;
  };
  const one = await send(null, "append First line to notes.md");
  const two = await send((await api.chats.create.mutate({ sessionId })).id, "append Second line to other.md");
  const [session] = await api.sessions.list.query();
  const read = (name: string) => readFile(join(session!.worktree!.path, name), "utf8");
  await appendFile(join(session!.worktree!.path, "notes.md"), "By hand\n");
  const listed = async () => (await api.pendingChanges.list.query({ sessionId })).map(({ path, agents }) => [path, agents]);

  const later = await api.pendingChanges.restoreTurn.mutate({ taskId: one.taskId }).then(
    () => null,
    (error: { data: { fault: { kind: string; paths: string[]; consent: string } } }) => error.data.fault,
  );
  expect(later).toMatchObject({ kind: "later_work", paths: ["notes.md"] });
  expect(await read("notes.md")).toBe("# Notes\nFirst line\nBy hand\n");
  const before = await listed();
  const { restoreId, paths, kept } = await api.pendingChanges.restoreTurn.mutate({ taskId: one.taskId, consent: later!.consent });
  expect([paths, kept]).toEqual([["notes.md"], []]);
  // Both wrote at the end, which git cannot tell apart: the turn's file is as before it.
  expect([await read("notes.md"), await read("other.md")]).toEqual(["# Notes\n", "other\nSecond line\n"]);
  expect(await listed()).toEqual([["other.md", [BOOCODE]]]);
  const told = await follower.event(({ body }) => body.type === "changes.restored");
  expect(told).toMatchObject({ chatId: one.chatId, body: { paths: ["notes.md"], editId: restoreId, undone: false } });
  await api.pendingChanges.undoRestore.mutate({ sessionId, restoreId });
  expect(await read("notes.md")).toBe("# Notes\nFirst line\nBy hand\n");
  expect(await listed()).toEqual(before);

  const { base64, name } = await api.pendingChanges.exportPatch.query({ sessionId });
  expect([name, Buffer.from(base64, "base64").toString()]).toEqual([`${sessionId}.patch`, expect.stringContaining("+By hand\n")]);
  const trace = await api.pendingChanges.exportTrace.query({ sessionId });
  expect(trace.files.map((file) => [file.path, file.conversations.map(({ contributor }) => contributor.type)])).toEqual([
    ["notes.md", ["ai", "human"]],
    ["other.md", ["ai"]],
  ]);

  const rows = await api.pendingChanges.list.query({ sessionId });
  const changeIds = rows.map(({ id }) => id);
  const answers = await Promise.all([api, second].map((each) => each.pendingChanges.reject.mutate({ sessionId, changeIds })));
  expect(answers[0]).toEqual(answers[1]);
  expect([await read("notes.md"), await read("other.md"), await listed()]).toEqual(["# Notes\n", "other\n", []]);
  await second.pendingChanges.undoReject.mutate({ sessionId, rejectId: answers[0]!.rejectId });
  expect(await api.pendingChanges.list.query({ sessionId })).toEqual(rows);
  expect(await read("notes.md")).toBe("# Notes\nFirst line\nBy hand\n");
  expect(await repository.git("status", "--porcelain")).toBe("");
  expect(await faultOf(api.pendingChanges.restoreTurn.mutate({ taskId: "task_none" as never }))).toEqual({
    kind: "task_not_found",
    httpStatus: 404,
  });
  expect(two.chatId).not.toBe(one.chatId);
});

it("refuses to take anything back while a turn runs", async () => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond: 40 });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  onTestFinished(() => follower.stop());
  const send = (text: string) => api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  const first = await send("append A line to notes.md");
  await follower.end(first.taskId);
  const changeIds = (await api.pendingChanges.list.query({ sessionId })).map(({ id }) => id);
  const { rejectId } = await api.pendingChanges.reject.mutate({ sessionId, changeIds });
  const { taskId } = await send("count to 2000");
  await follower.event(({ body, taskId: of }) => body.type === "text.delta" && of === taskId);
  const busy = { kind: "worktree_busy", httpStatus: 409 };
  expect(await faultOf(api.pendingChanges.undoReject.mutate({ sessionId, rejectId }))).toEqual(busy);
  expect(await faultOf(api.pendingChanges.restoreTurn.mutate({ taskId: first.taskId }))).toEqual(busy);
  await api.tasks.cancel.mutate({ taskId });
  await follower.end(taskId);
  await api.pendingChanges.undoReject.mutate({ sessionId, rejectId });
  expect((await api.pendingChanges.list.query({ sessionId })).map(({ id }) => id)).toEqual(changeIds);
});
