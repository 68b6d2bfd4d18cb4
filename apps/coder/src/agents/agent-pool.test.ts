import { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildAgentSession, buildWorktree } from "@boocode/shared/testing/build";
import { ScriptedBackend, type ScriptedBackendOptions, type ScriptedConversation } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { silentLogger } from "../platform/logger.ts";
import { AgentPool, type AgentPoolDeps } from "./agent-pool.ts";
import { BackendRegistry } from "./backend-registry.ts";
import type { AcquireInput } from "./pool/live.ts";

function createPool(
  options: Partial<ScriptedBackendOptions> = {},
  limits = { maxLive: 2, idleTtlMs: 1_000 },
  onResumed?: AgentPoolDeps["onResumed"],
) {
  const backend = new ScriptedBackend({ script: () => [], agentSessionId: ({ chatId }) => `ses-${chatId}`, ...options });
  const time = new ManualTime();
  const changes: ChatId[] = [];
  const pool = new AgentPool({
    backends: new BackendRegistry({ boocode: backend }),
    time,
    logger: silentLogger(),
    limits,
    env: { PATH: "/nowhere", BOOCODE_RUN_ID: "run-1" },
    onChanged: (_, chatId) => changes.push(chatId),
    ...(onResumed ? { onResumed } : {}),
  });
  onTestFinished(() => pool.close());
  return { pool, backend, time, changes };
}

const ask = (chat: string, given: Partial<AcquireInput> = {}): AcquireInput => ({
  projectTrusted: true,
  chatId: ChatId.parse(chat),
  agent: BUILT_IDS.agent,
  sessionId: BUILT_IDS.session,
  worktree: buildWorktree(),
  record: null,
  ...given,
});

it("the same chat and agent get the same conversation, another chat another one", async () => {
  const { pool, backend } = createPool();
  const first = await pool.acquire(ask("chat-1"));
  pool.release(first);
  expect((await pool.acquire(ask("chat-1"))).conversation).toBe(first.conversation);
  await pool.acquire(ask("chat-2"));
  expect(backend.conversations).toHaveLength(2);
  await expect(pool.acquire(ask("chat-1"))).rejects.toThrow("in use");
});

it("what runs on something outdated is opened anew for the next turn, with the same context", async () => {
  const { pool, backend } = createPool();
  const first = await pool.acquire(ask("chat-1"));
  pool.release(first);
  Object.assign(first.conversation, { isOutdated: true });
  const second = await pool.acquire(ask("chat-1", { record: buildAgentSession({ agentSessionId: "ses-1" }) }));
  expect(second.conversation).not.toBe(first.conversation);
  expect(backend.conversations.map(({ isClosed, opened }) => [isClosed, opened.resume])).toEqual([
    [true, null],
    [false, "ses-1"],
  ]);
});

it("a worktree made anew at the same path is another start, and resumes the agent's own context", async () => {
  const { pool, backend } = createPool();
  const first = await pool.acquire(ask("chat-1"));
  pool.release(first);
  const record = buildAgentSession({ agentSessionId: "ses-1" });
  const second = await pool.acquire(ask("chat-1", { worktree: buildWorktree({ inode: "2" }), record }));
  expect(second.conversation).not.toBe(first.conversation);
  expect(backend.conversations.map(({ isClosed, opened }) => [isClosed, opened.resume])).toEqual([
    [true, null],
    [false, "ses-1"],
  ]);
});

it("idle ones go after their time and over the limit; one that works stays", async () => {
  const { pool, time, backend } = createPool();
  const busy = await pool.acquire(ask("chat-1"));
  for (const chat of ["chat-2", "chat-3"]) {
    time.advance(10);
    pool.release(await pool.acquire(ask(chat)));
  }
  const closed = () => backend.conversations.map(({ isClosed }) => isClosed);
  await expect.poll(closed).toEqual([false, true, false]);
  time.advance(1_001);
  time.advance(30_000);
  await expect.poll(closed).toEqual([false, true, true]);
  pool.release(busy);
  expect(pool.isWarm(ChatId.parse("chat-1"), BUILT_IDS.agent)).toBe(true);
});

it("one whose process died is forgotten, and the page is told", async () => {
  const { pool, backend, changes } = createPool();
  const chatId = ChatId.parse("chat-1");
  const lease = await pool.acquire(ask(chatId));
  pool.release(lease);
  changes.length = 0;
  await backend.conversations[0]?.close();
  await lease.conversation.closed;
  expect([pool.isWarm(chatId, BUILT_IDS.agent), changes]).toEqual([false, [chatId]]);
});

it("a retired one ends at once when idle, and after its turn when busy", async () => {
  const { pool, backend } = createPool();
  const idle = await pool.acquire(ask("chat-1"));
  pool.release(idle);
  const busy = await pool.acquire(ask("chat-2", { sessionId: SessionId.parse("session-2") }));
  pool.retireChat(ChatId.parse("chat-1"));
  pool.retireSession(SessionId.parse("session-2"));
  expect(backend.conversations.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  pool.release(busy);
  expect(backend.conversations.map(({ isClosed }) => isClosed)).toEqual([true, true]);
});

it("closes only when the last retired conversation has closed", async () => {
  const { pool, backend } = createPool();
  pool.release(await pool.acquire(ask("chat-1")));
  const slow = Promise.withResolvers<void>();
  const [conversation] = backend.conversations;
  const close = conversation!.close.bind(conversation);
  conversation!.close = () => slow.promise.then(close);
  pool.retireSession(BUILT_IDS.session);
  expect(pool.size).toBe(0);
  let isClosed = false;
  const closing = pool.close().then(() => (isClosed = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  slow.resolve();
  await closing;
  expect(conversation!.isClosed).toBe(true);
});

it("what is warmed up is what the next turn gets, also one that comes while it opens", async () => {
  const opening = Promise.withResolvers<void>();
  const { pool, backend } = createPool();
  const open = backend.open.bind(backend);
  backend.open = async (input) => {
    await opening.promise;
    return open(input);
  };
  const warming = [pool.warmUp(ask("chat-1")), pool.warmUp(ask("chat-1"))];
  const acquired = pool.acquire(ask("chat-1"));
  opening.resolve();
  await Promise.all(warming);
  const lease = await acquired;
  expect([backend.conversations.length, lease.conversation]).toEqual([1, backend.conversations[0]]);
  await pool.warmUp(ask("chat-1"));
  expect(backend.conversations).toHaveLength(1);
});

it("one that could not be warmed up is opened by the turn, and a chat closed meanwhile keeps none", async () => {
  let isBroken = true;
  const { pool, backend } = createPool({ openError: () => (isBroken ? new Error("not now") : null) });
  const warming = pool.warmUp(ask("chat-1"));
  const acquired = pool.acquire(ask("chat-1"));
  await expect(warming).rejects.toThrow("not now");
  await expect(acquired).rejects.toThrow("not now");
  isBroken = false;
  pool.release(await pool.acquire(ask("chat-1")));
  const second = pool.warmUp(ask("chat-2"));
  pool.retireChat(ChatId.parse("chat-2"));
  await second;
  expect(backend.conversations.map(({ isClosed }) => isClosed)).toEqual([false, true]);
  expect([pool.size, pool.isSlow(BUILT_IDS.agent)]).toEqual([1, false]);
});

it("an agent that does not start in time is unavailable, and is closed if it comes late", async () => {
  const opening = Promise.withResolvers<void>();
  const { pool, backend, time } = createPool();
  const open = backend.open.bind(backend);
  backend.open = async (input) => {
    await opening.promise;
    return open(input);
  };
  const acquired = pool.acquire(ask("chat-1"));
  time.advance(60_000);
  await expect(acquired).rejects.toMatchObject({ fault: { kind: "agent_unavailable" } });
  opening.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(backend.conversations[0]?.isClosed).toBe(true);
  expect(pool.size).toBe(0);
});

it("an agent nobody can drive, and a pool that is closed, are said so", async () => {
  const { pool } = createPool();
  await expect(pool.acquire(ask("chat-1", { agent: AgentId.parse("goose") }))).rejects.toMatchObject({
    fault: { kind: "agent_unavailable" },
  });
  await pool.close();
  await expect(pool.acquire(ask("chat-1"))).rejects.toMatchObject({ fault: { kind: "shutting_down" } });
});

it("warms up no more at once than are kept, and lets nothing go for it", async () => {
  const { pool, backend } = createPool();
  const chats = ["chat-1", "chat-2", "chat-3"];
  await Promise.all(chats.map((chat) => pool.warmUp(ask(chat))));
  expect(backend.conversations.map(({ isClosed, opened }) => [opened.chatId, isClosed])).toEqual([
    ["chat-1", false],
    ["chat-2", false],
  ]);
});

it("a context that goes on is told of before its first turn, a new one is not; one that went meanwhile is no one's", async () => {
  const resumed: string[] = [];
  const { pool, backend } = createPool({ continuity: "resumed" }, { maxLive: 2, idleTtlMs: 1_000 }, async ({ chatId }) => {
    resumed.push(chatId);
    if (chatId === "chat-2") pool.retireChat(ChatId.parse("chat-2"));
  });
  await pool.acquire(ask("chat-1"));
  expect(resumed).toEqual(["chat-1"]);
  pool.release(await pool.acquire(ask("chat-2")));
  expect(backend.conversations.map(({ isClosed }) => isClosed)).toEqual([false, true]);
  const fresh = createPool({ continuity: "new" }, { maxLive: 2, idleTtlMs: 1_000 }, () => Promise.reject(new Error("It was told")));
  await fresh.pool.acquire(ask("chat-1"));
});

it("the next turn of one that ends waits until it has ended, and not for ever", async () => {
  const { pool, backend, time } = createPool();
  pool.release(await pool.acquire(ask("chat-1")));
  const [first] = backend.conversations;
  const gate = Promise.withResolvers<void>();
  const close = first!.close.bind(first);
  first!.close = () => gate.promise.then(close);
  const suspending = pool.suspend(pool.find(ChatId.parse("chat-1"), BUILT_IDS.agent)!);
  expect(pool.size).toBe(0);
  const acquired = pool.acquire(ask("chat-1"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(backend.conversations).toHaveLength(1);
  gate.resolve();
  await suspending;
  const lease = await acquired;
  // In a turn, it stays.
  await pool.suspend(pool.find(ChatId.parse("chat-1"), BUILT_IDS.agent)!);
  expect([pool.size, backend.conversations.map(({ isClosed }) => isClosed)]).toEqual([1, [true, false]]);
  pool.release(lease);
  const never = Promise.withResolvers<void>();
  backend.conversations[1]!.close = () => never.promise;
  pool.retireChat(ChatId.parse("chat-1"));
  const late = pool.acquire(ask("chat-1"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(backend.conversations).toHaveLength(2);
  time.advance(10_000);
  await late;
  expect(backend.conversations).toHaveLength(3);
  never.resolve();
});

/** Lets a conversation's end wait until the returned function is called. */
function holdClose(conversation: ScriptedConversation): () => void {
  const gate = Promise.withResolvers<void>();
  const close = conversation.close.bind(conversation);
  conversation.close = () => gate.promise.then(close);
  return gate.resolve;
}

it("nothing is warmed up in the place of one that ends: the turn that waits for its end gets the place", async () => {
  const { pool, backend } = createPool();
  pool.release(await pool.acquire(ask("chat-1")));
  const letClose = holdClose(backend.conversations[0]!);
  pool.retireChat(ChatId.parse("chat-1"));
  const acquired = pool.acquire(ask("chat-1"));
  const warming = pool.warmUp(ask("chat-1"));
  letClose();
  await warming;
  expect(backend.conversations).toHaveLength(1);
  expect((await acquired).conversation).toBe(backend.conversations[1]);
});

it("a turn that waited opens nothing while its agent's program is changed", async () => {
  const { pool, backend } = createPool();
  pool.release(await pool.acquire(ask("chat-1")));
  const letClose = holdClose(backend.conversations[0]!);
  pool.retireChat(ChatId.parse("chat-1"));
  const first = pool.acquire(ask("chat-1"));
  pool.release(await pool.acquire(ask("chat-2")));
  const letOtherClose = holdClose(backend.conversations[1]!);
  // Its worktree was made anew, so it is opened anew.
  const second = pool.acquire(ask("chat-2", { worktree: buildWorktree({ inode: "2" }) }));
  const letGo = pool.hold(BUILT_IDS.agent);
  letClose();
  letOtherClose();
  await Promise.all(backend.conversations.map(({ closed }) => closed));
  await new Promise((resolve) => setImmediate(resolve));
  expect(backend.conversations).toHaveLength(2);
  letGo();
  const leases = await Promise.all([first, second]);
  expect(leases.map(({ conversation }) => conversation)).toEqual(expect.arrayContaining(backend.conversations.slice(2)));
  expect(backend.conversations).toHaveLength(4);
});
