import { AgentId, ChatId, WorktreeId } from "@boocode/shared/ids";
import { BUILT_IDS, buildAgentSession, buildChat } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { findAgentSession, listAgentSessions, updateAgentSession, upsertAgentSession } from "./agent-session-store.ts";
import { insertChat } from "../chats/chat-store.ts";

const opencode = AgentId.parse("opencode");

it("keeps one record per chat and agent; a second one replaces it", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const second = buildAgentSession({
    agentSessionId: "abc",
    cost: 0.125,
    contextUsed: 10,
    contextSize: 100,
    generation: 3,
    status: "crashed",
  });
  await db.write("full", async (tx) => {
    await upsertAgentSession(tx, buildAgentSession());
    await upsertAgentSession(tx, second);
  });
  expect(await findAgentSession(db.read, BUILT_IDS.chat, BUILT_IDS.agent)).toEqual(second);
  expect(await findAgentSession(db.read, BUILT_IDS.chat, opencode)).toBeNull();
});

it("keeps two agents of one chat, and one agent in two chats, apart", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const chatId = ChatId.parse("chat-2");
  const records = [
    buildAgentSession({ lastUsedAt: 3 }),
    buildAgentSession({ agent: opencode, backend: "opencode", lastUsedAt: 2 }),
    buildAgentSession({ chatId, lastUsedAt: 1 }),
  ];
  await db.write("full", async (tx) => {
    await insertChat(tx, buildChat({ id: chatId }));
    for (const record of records.toReversed()) await upsertAgentSession(tx, record);
  });
  expect(await listAgentSessions(db.read, BUILT_IDS.session)).toEqual(records);
  await db.write("full", (tx) => updateAgentSession(tx, BUILT_IDS.chat, opencode, { status: "busy", generation: 1 }));
  expect((await listAgentSessions(db.read, BUILT_IDS.session)).map(({ status }) => status)).toEqual(["idle", "busy", "idle"]);
  expect(await db.write("full", (tx) => updateAgentSession(tx, chatId, opencode, { status: "busy" }))).toBeNull();
});

it("is deleted with its chat, and outlives its worktree", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", (tx) => upsertAgentSession(tx, buildAgentSession({ worktreeId: BUILT_IDS.worktree })));
  await db.write("full", (tx) => tx.deleteFrom("worktrees").execute());
  expect(await findAgentSession(db.read, BUILT_IDS.chat, BUILT_IDS.agent)).toMatchObject({ worktreeId: null });
  await db.write("full", (tx) => tx.deleteFrom("chats").execute());
  expect(await listAgentSessions(db.read, BUILT_IDS.session)).toEqual([]);
  await expect(
    db.write("full", (tx) => upsertAgentSession(tx, buildAgentSession({ worktreeId: WorktreeId.parse("nobody") }))),
  ).rejects.toThrow(/FOREIGN KEY/);
});
