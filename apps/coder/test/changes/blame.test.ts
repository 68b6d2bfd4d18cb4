import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("tells two chats and a hand edit in one file apart, and what each turn did", async () => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond: Infinity });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  onTestFinished(() => follower.stop());
  const send = async (chatId: Parameters<typeof api.tasks.send.mutate>[0]["chatId"], text: string) => {
    const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: BOOCODE, text });
    await follower.end(sent.taskId);
    return sent;
  };
  expect(await api.pendingChanges.refresh.mutate({ sessionId })).toEqual({ state: "none" });
  const first = await send(null, "append First line to notes.md");
  const [session] = await api.sessions.list.query();
  await appendFile(join(session!.worktree!.path, "notes.md"), "By hand\n");
  expect(await api.pendingChanges.refresh.mutate({ sessionId })).toEqual({ state: "changed" });
  expect(await api.pendingChanges.refresh.mutate({ sessionId })).toEqual({ state: "unchanged" });
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "notes.md", agent: null, agents: [null, BOOCODE] }]);
  const other = await api.chats.create.mutate({ sessionId });
  const second = await send(other.id, "append Second line to notes.md");

  const [row] = await api.pendingChanges.list.query({ sessionId });
  expect(row).toMatchObject({
    agent: BOOCODE,
    agents: [BOOCODE, null],
    chatIds: [second.chatId, first.chatId],
    taskIds: [second.taskId, first.taskId],
  });
  const blame = await api.pendingChanges.blame.query({ sessionId, changeId: row!.id });
  expect(blame.lines.map((by) => (by === "base" ? by : (blame.writers[by]!.prompt ?? "you")))).toEqual([
    "base",
    "append First line to notes.md",
    "you",
    "append Second line to notes.md",
  ]);
  expect(blame.writers).toMatchObject([
    { agent: BOOCODE, taskId: first.taskId, chatId: first.chatId },
    { agent: null, taskId: null },
    { agent: BOOCODE, taskId: second.taskId, chatId: second.chatId },
  ]);

  const turn = await api.pendingChanges.turnDiff.query({ taskId: first.taskId });
  expect(turn).toMatchObject({ state: "known", agent: BOOCODE, chatId: first.chatId, moreFiles: 0 });
  expect(turn.files).toMatchObject([{ path: "notes.md", operation: "modified", additions: 1, deletions: 0 }]);
  expect(turn.files[0]!.diff!.patch).toContain("+First line\n");
  expect(turn.files[0]!.diff!.patch).not.toContain("By hand");
  expect(await faultOf(api.pendingChanges.turnDiff.query({ taskId: "task_none" as never }))).toEqual({
    kind: "task_not_found",
    httpStatus: 404,
  });
  expect(await api.pendingChanges.leftOut.query({ sessionId })).toEqual({ paths: [] });
});

it("takes nothing for the person's while a turn runs", async () => {
  await using repository = await createRepository();
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond: 40 });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const sent = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "count to 2000" });
  await follower.event(({ body }) => body.type === "text.delta");
  expect(await api.pendingChanges.refresh.mutate({ sessionId })).toEqual({ state: "busy" });
  expect(await api.pendingChanges.turnDiff.query({ taskId: sent.taskId })).toMatchObject({ state: "unknown", files: [] });
  await api.tasks.cancel.mutate({ taskId: sent.taskId });
  await follower.end(sent.taskId);
  expect(await api.pendingChanges.turnDiff.query({ taskId: sent.taskId })).toMatchObject({ state: "known", files: [] });
});
