import { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { BUILT_IDS, buildChat, buildSession } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { findChat, insertChat, listChats, updateChat } from "./chat-store.ts";
import { insertSession } from "../sessions/session-store.ts";

const second = ChatId.parse("chat-2");

it("lists a session's chats, closed ones included, oldest first", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const older = buildChat({ id: second, createdAt: 1, closedAt: 5, model: "coder/demo", mode: "auto" });
  const elsewhere = SessionId.parse("session-2");
  await db.write("full", async (tx) => {
    await insertChat(tx, older);
    await insertSession(tx, buildSession({ id: elsewhere }));
    await insertChat(tx, buildChat({ id: ChatId.parse("chat-3"), sessionId: elsewhere }));
  });
  expect(await listChats(db.read, BUILT_IDS.session)).toEqual([older, buildChat()]);
});

it("changes only the fields in the patch", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const agent = AgentId.parse("opencode");
  const changed = await db.write("full", (tx) => updateChat(tx, BUILT_IDS.chat, { agent, closedAt: 9, lastActivityAt: 2_000 }));
  expect(changed).toEqual(buildChat({ agent, closedAt: 9, lastActivityAt: 2_000 }));
  expect(await findChat(db.read, BUILT_IDS.chat)).toEqual(changed);
  expect(await db.write("full", (tx) => updateChat(tx, BUILT_IDS.chat, { closedAt: null }))).toMatchObject({ closedAt: null });
  expect(await db.write("full", (tx) => updateChat(tx, second, { title: "x" }))).toBeNull();
});

it("refuses a chat of an unknown session", async () => {
  const db = await scratchDatabase();
  await expect(db.write("full", (tx) => insertChat(tx, buildChat()))).rejects.toThrow(/FOREIGN KEY/);
});
