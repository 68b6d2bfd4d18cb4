import { BUILT_IDS, buildChat, buildProject, buildSession } from "@boocode/shared/testing/build";
import { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../../test/scratch-database.ts";
import { insertChat } from "../chats/chat-store.ts";
import { deleteKeptWarm, insertKeptWarm, listKeptWarm } from "./kept-warm-store.ts";
import { insertProject } from "../project-store.ts";
import { insertSession } from "../sessions/session-store.ts";

it("keeps a wish once, per chat and agent, until it is taken back", async () => {
  const db = await scratchDatabase();
  const [goose, qwen] = [AgentId.parse("goose"), AgentId.parse("qwen")];
  const chatId = BUILT_IDS.chat;
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertSession(tx, buildSession());
    await insertSession(tx, buildSession({ id: SessionId.parse("other") }));
    await insertChat(tx, buildChat());
    await insertChat(tx, buildChat({ id: ChatId.parse("elsewhere"), sessionId: SessionId.parse("other") }));
    await insertKeptWarm(tx, { chatId, agent: goose }, 1);
    await insertKeptWarm(tx, { chatId, agent: goose }, 2);
    await insertKeptWarm(tx, { chatId, agent: qwen }, 3);
    await insertKeptWarm(tx, { chatId: ChatId.parse("elsewhere"), agent: qwen }, 4);
  });
  expect(await listKeptWarm(db.read, BUILT_IDS.session)).toEqual([
    { chatId, agent: goose },
    { chatId, agent: qwen },
  ]);
  await db.write("full", async (tx) => {
    await deleteKeptWarm(tx, { chatId, agent: goose });
    await deleteKeptWarm(tx, { chatId, agent: goose });
  });
  expect(await listKeptWarm(db.read)).toEqual([
    { chatId, agent: qwen },
    { chatId: "elsewhere", agent: qwen },
  ]);
});
