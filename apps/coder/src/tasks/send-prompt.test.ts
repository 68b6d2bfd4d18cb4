import { findChat } from "@boocode/db/stores/chats/chat-store";
import { insertComment, listComments } from "@boocode/db/stores/changes/review-store";
import { AgentId, ChangeId, ChatId, CommentId, PromptId, SessionId } from "@boocode/shared/ids";
import { MAX_PROMPT_BYTES } from "@boocode/shared/tasks/task";
import { expect, it } from "vitest";
import { createRig } from "../../test/task-rig.ts";

const promptId = PromptId.parse("prompt-again");

it("the same prompt twice, even at once, is one task and one answer", async () => {
  await using rig = await createRig({ script: () => [] });
  const chatId = await rig.addChat();
  const [first, second] = await Promise.all([rig.send({ promptId, chatId }), rig.send({ promptId, chatId })]);
  await rig.dispatcher.settle();
  const third = await rig.send({ promptId, chatId });
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  expect(rig.backend.prompts).toHaveLength(1);
  expect((await rig.bodies()).filter((body) => body.type === "prompt.accepted")).toHaveLength(1);
});

it("one id for two prompts is a conflict", async () => {
  await using rig = await createRig({ script: () => [] });
  const chatId = await rig.addChat();
  await rig.send({ promptId, chatId, text: "this" });
  await expect(rig.send({ promptId, chatId, text: "that" })).rejects.toMatchObject({ fault: { kind: "prompt_conflict" } });
});

it("a retry without a chat finds the chat that was made for it", async () => {
  await using rig = await createRig({ script: () => [] });
  const first = await rig.send({ promptId });
  expect(await rig.send({ promptId })).toEqual(first);
  expect(await rig.chats.list(rig.session)).toHaveLength(1);
});

it("a prompt without a chat goes on in the agent's last open one", async () => {
  await using rig = await createRig({ script: () => [] });
  const first = await rig.send();
  const second = await rig.send();
  expect(second.chatId).toBe(first.chatId);
  await rig.chats.close(first.chatId);
  expect((await rig.send()).chatId).not.toBe(first.chatId);
});

it("a prompt without a chat never goes into another agent's chat: one is created where the agent has none", async () => {
  await using rig = await createRig({ script: () => [] });
  const others = await rig.chats.create({ sessionId: rig.session, agent: AgentId.parse("opencode") });
  const first = await rig.send();
  expect(first.chatId).not.toBe(others.id);
  const newer = await rig.addChat();
  await rig.send({ chatId: first.chatId });
  expect((await rig.send()).chatId).toBe(first.chatId);
  await rig.send({ chatId: newer });
  expect((await rig.send()).chatId).toBe(newer);
});

it("the first prompt names its chat and a session nobody named; later ones name nothing", async () => {
  await using rig = await createRig({ script: () => [] });
  const { chatId } = await rig.send({ text: "\nFix the parser\nIt fails on empty input" });
  await rig.send({ chatId, text: "And now the printer" });
  expect(await findChat(rig.db.read, chatId)).toMatchObject({ title: "Fix the parser" });
  expect(await rig.sessions.find(rig.session)).toMatchObject({ title: "Fix the parser" });
});

it("a chat remembers what it was sent with, and the next prompt may leave it out", async () => {
  await using rig = await createRig({ script: () => [] });
  const { chatId } = await rig.send({ model: "model-1", mode: "auto" });
  await rig.send({ chatId });
  await rig.dispatcher.settle();
  expect(rig.backend.prompts.map(({ model, mode }) => [model, mode])).toEqual([
    ["model-1", "auto"],
    ["model-1", "auto"],
  ]);
  expect(await findChat(rig.db.read, chatId)).toMatchObject({ agent: "boocode", model: "model-1", mode: "auto" });
});

it.each([
  ["an empty prompt", { text: " \n" }, "prompt_empty"],
  ["one that is too large", { text: "x".repeat(MAX_PROMPT_BYTES + 1) }, "prompt_too_large"],
  ["an unknown chat", { chatId: ChatId.parse("chat-none") }, "chat_not_found"],
  ["an unknown session", { sessionId: SessionId.parse("session-none") }, "session_not_found"],
  ["an unknown agent", { agent: AgentId.parse("nobody") }, "agent_not_found"],
  ["an agent that is not here", { agent: AgentId.parse("goose") }, "agent_unavailable"],
] as const)("%s is refused, and nothing is stored", async (_, input, kind) => {
  await using rig = await createRig({ script: () => [] });
  await expect(rig.send(input)).rejects.toMatchObject({ fault: { kind } });
  expect(await rig.events()).toEqual([]);
});

it("neither chat nor session is refused", async () => {
  await using rig = await createRig({ script: () => [] });
  const input = { promptId, chatId: null, agent: AgentId.parse("boocode"), text: "Do it" };
  await expect(rig.tasks.send(input)).rejects.toMatchObject({ fault: { kind: "chat_required" } });
});

it("a closed chat and an archived session take no prompts", async () => {
  await using rig = await createRig({ script: () => [] });
  const chatId = await rig.addChat();
  await rig.chats.close(chatId);
  await expect(rig.send({ chatId })).rejects.toMatchObject({ fault: { kind: "chat_closed" } });
  await rig.sessions.archive(rig.session, true);
  await expect(rig.send()).rejects.toMatchObject({ fault: { kind: "session_archived" } });
});

it("a prompt that carries comments takes them away as it is accepted, and only then", async () => {
  await using rig = await createRig({ script: () => [] });
  const ids = ["cmt_1", "cmt_2", "cmt_3"].map((id) => CommentId.parse(id));
  for (const id of ids) {
    const line = { side: "new", line: 1, quote: "a", text: "Why?", path: "a.txt" } as const;
    await rig.db.write("full", (tx) =>
      insertComment(tx, { id, sessionId: rig.session, changeId: ChangeId.parse("chg_1"), createdAt: 1, ...line }),
    );
  }
  const left = async () => (await listComments(rig.db.read, rig.session)).map(({ id }) => id);
  const elsewhere = ChatId.parse("chat-nowhere");
  await expect(rig.send({ chatId: elsewhere, commentIds: ids })).rejects.toMatchObject({ fault: { kind: "chat_not_found" } });
  expect(await left()).toEqual(ids);
  const first = await rig.send({ promptId, commentIds: ids.slice(0, 2) });
  expect(await left()).toEqual(ids.slice(2));
  // A retry is answered, and takes nothing more.
  expect(await rig.send({ promptId, commentIds: ids })).toEqual(first);
  expect(await left()).toEqual(ids.slice(2));
});
