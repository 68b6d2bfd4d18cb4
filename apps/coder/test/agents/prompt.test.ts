import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { applyChatEvents, emptyTranscript, transcriptFromPage } from "@boocode/shared/chats/apply-chat-event";
import type { TranscriptPage } from "@boocode/shared/chats/transcript";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId, textOf } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("goes from a prompt on a person's repository to a pending change with its diff, and on from there", async () => {
  const { daemon, api, repository, sessionId } = await openSession();
  const follower = new Follower(connectTo(daemon), sessionId);
  const first = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId,
    agent: BOOCODE,
    text: "create a file hello.txt that says Good morning",
  });
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", cause: null, filesChanged: 1, model: "coder/demo" });
  const types = new Set(follower.events.map(({ body }) => body.type));
  for (const type of ["prompt.accepted", "task.started", "checkpoint.taken", "tool.started", "tool.updated", "changes.captured"]) {
    expect(types).toContain(type);
  }
  expect(textOf(follower.events, first.taskId)).toMatch(/demo model: a script/);

  const changes = await api.pendingChanges.list.query({ sessionId });
  expect(changes).toMatchObject([
    {
      path: "hello.txt",
      operation: "added",
      agent: "boocode",
      evidence: "tool",
      state: "pending",
      chatIds: [first.chatId],
      additions: 1,
      deletions: 0,
    },
  ]);
  const diff = await api.pendingChanges.diff.query({ sessionId, changeId: changes[0]!.id });
  expect(diff).toMatchObject({ view: "text", path: "hello.txt", patch: expect.stringContaining("+Good morning") });

  const [session] = await api.sessions.list.query();
  const worktree = session!.worktree!;
  expect(await readFile(join(worktree.path, "hello.txt"), "utf8")).toContain("Good morning");
  expect(worktree.branch).toMatch(/^boocode\//);
  expect(await repository.git("status", "--porcelain")).toBe("");

  const second = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: first.chatId,
    agent: BOOCODE,
    text: "append Good night to hello.txt",
  });
  expect(await follower.end(second.taskId)).toMatchObject({ state: "completed" });
  expect(await readFile(join(worktree.path, "hello.txt"), "utf8")).toMatch(/Good morning[\s\S]*Good night/);
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([
    { path: "hello.txt", additions: 2, taskIds: expect.arrayContaining([first.taskId, second.taskId]) },
  ]);
});

it("loses nothing and shows nothing twice, wherever a page is reloaded, and shows two pages the same", async () => {
  const { daemon, api, sessionId } = await openSession();
  const steady = new Follower(connectTo(daemon), sessionId);
  const send = (text: string) => api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  const { taskId, chatId } = await send("explain README.md");
  await steady.event(({ body }) => body.type === "text.delta");

  // A reload in the middle: read the page, go on from its seq.
  const page = await api.chats.transcript.query({ chatId });
  const reloaded = new Follower(connectTo(daemon), sessionId, page.seq);
  const { taskId: nextId } = await send("list files");
  await Promise.all([steady.end(taskId), reloaded.end(taskId), steady.end(nextId), reloaded.end(nextId)]);
  await Promise.all(
    [steady, reloaded].map((follower) => follower.event(({ body, taskId: id }) => body.type === "task.ended" && id === nextId)),
  );

  const last = Math.max(...steady.seqs);
  await reloaded.until(() => reloaded.seqs.includes(last));
  expect(isAscending(steady.seqs)).toBe(true);
  expect(isAscending(reloaded.seqs)).toBe(true);
  expect(reloaded.seqs[0]).toBeGreaterThan(page.seq);
  const whole = applyChatEvents(emptyTranscript(chatId), steady.events);
  const joined = applyChatEvents(transcriptFromPage(chatId, page as TranscriptPage), reloaded.events);
  expect(withoutPlaces(joined.items)).toEqual(withoutPlaces(whole.items));

  // A page that comes afterwards reads the folded journal, and sees the same.
  const late = await api.chats.transcript.query({ chatId });
  expect(withoutPlaces(late.items)).toEqual(withoutPlaces(whole.items));
});

it("shows each text from a folded journal to a cursor in the middle of it", async () => {
  const { daemon, api, sessionId } = await openSession();
  const steady = new Follower(connectTo(daemon), sessionId);
  const { taskId } = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId,
    agent: BOOCODE,
    text: "explain README.md",
  });
  const delta = await steady.event(({ body }) => body.type === "text.delta");
  await steady.end(taskId);
  const text = textOf(steady.events, taskId);
  const seen = steady.events.filter(({ seq }) => seq <= delta.seq);
  const reloaded = new Follower(connectTo(daemon), sessionId, delta.seq);
  await reloaded.end(taskId);
  expect(textOf([...seen, ...reloaded.events], taskId)).toBe(text);
});

it("runs one turn at a time in a session, says for what the next one waits, and stops on request", async () => {
  const { daemon, api, sessionId } = await openSession({ demoWordsPerSecond: 40 });
  const follower = new Follower(connectTo(daemon), sessionId);
  const other = await api.chats.create.mutate({ sessionId });
  const send = (chatId: typeof other.id | null, text: string) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: BOOCODE, text });
  const running = await send(null, "explain README.md");
  await follower.event(({ body }) => body.type === "text.delta");
  const waiting = await send(other.id, "list files");
  const tasks = await api.tasks.list.query({ sessionId });
  expect(tasks.find(({ id }) => id === waiting.taskId)).toMatchObject({
    state: "queued",
    waitsFor: { taskId: running.taskId, chatId: running.chatId, reason: "worktree_in_use" },
  });
  await api.tasks.cancel.mutate({ taskId: running.taskId });
  expect(await follower.end(running.taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect(await follower.end(waiting.taskId)).toMatchObject({ state: "completed" });
});

async function openSession({ demoWordsPerSecond = Infinity } = {}) {
  const repository = await createRepository({
    "README.md": `# Test\n\n${"A line of words about this project.\n".repeat(40)}`,
    "src/main.ts": "export {};\n",
  });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const session = await api.sessions.create.mutate({ projectId: project.id });
  return { daemon, api, repository, sessionId: session.id };
}

const isAscending = (seqs: readonly number[]) => seqs.every((seq, index) => index === 0 || seq > seqs[index - 1]!);

/** Folding a finished turn moves an item's last place, never what it shows. */
function withoutPlaces(items: readonly { lastSeq: number }[]): unknown[] {
  return items.map((item) => ({ ...item, lastSeq: 0 }));
}
