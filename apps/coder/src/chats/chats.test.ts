import { listTasks } from "@boocode/db/stores/chats/task-store";
import { applyChatEvents, transcriptFromPage } from "@boocode/shared/chats/apply-chat-event";
import { ChatId, SessionId, type TaskId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { expect, it } from "vitest";
import { createRig } from "../../test/task-rig.ts";
import { ChatHistory } from "./history.ts";

it("closing a chat stops its tasks, ends its process and keeps its transcript; reopening continues it", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: (prompt) =>
      prompt.text === "first"
        ? [
            { do: "say", text: "Hm" },
            { do: "wait", barrier },
          ]
        : [],
  });
  const { chatId } = await rig.send({ text: "first" });
  await barrier.reached;
  await rig.send({ chatId, text: "second" });
  expect(await rig.chats.close(chatId)).toMatchObject({ closedAt: expect.any(Number) });
  await rig.dispatcher.settle();
  expect((await listTasks(rig.db.read, { chatId, limit: 10 })).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
  expect(rig.pool.size).toBe(0);
  await rig.chats.reopen(chatId);
  await rig.send({ chatId, text: "third" });
  await rig.dispatcher.settle();
  const { items } = await rig.chats.transcript({ chatId, limit: 50 });
  expect(items.filter((item) => item.kind === "prompt").map((item) => item.text)).toEqual(["first", "second", "third"]);
});

it("a chat can be renamed and found, and an unknown chat is a fault", async () => {
  await using rig = await createRig({ script: () => [] });
  const chatId = await rig.addChat();
  expect(await rig.chats.rename(chatId, "Mine")).toMatchObject({ id: chatId, title: "Mine" });
  expect(await rig.chats.list(rig.session)).toMatchObject([{ id: chatId, title: "Mine", agent: "boocode" }]);
  const nobody = ChatId.parse("chat-none");
  for (const call of [rig.chats.rename(nobody, "x"), rig.chats.close(nobody), rig.chats.transcript({ chatId: nobody, limit: 1 })]) {
    await expect(call).rejects.toMatchObject({ fault: { kind: "chat_not_found" } });
  }
  const nowhere = SessionId.parse("session-none");
  await expect(rig.chats.list(nowhere)).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
  await expect(rig.chats.create({ sessionId: nowhere })).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
});

it("a page plus the events after its seq is the whole transcript, in the middle of a turn", async () => {
  const [half, rest] = [new Barrier(), new Barrier()];
  await using rig = await createRig({
    script: () => [
      { do: "say", text: "One two", partId: "p" },
      { do: "wait", barrier: half },
      { do: "say", text: " three four", partId: "p" },
      { do: "wait", barrier: rest },
    ],
  });
  const { chatId, taskId } = await rig.send();
  await rig.waitFor(({ body }) => body.type === "text.delta");
  const page = await rig.chats.transcript({ chatId, limit: 50 });
  expect(page).toMatchObject({ runningTaskId: taskId, hasMore: false });
  half.open();
  await rest.reached;
  rest.open();
  await rig.dispatcher.settle();
  const followed = applyChatEvents(transcriptFromPage(chatId, page), await rig.events());
  const read = await rig.chats.transcript({ chatId, limit: 50 });
  expect(followed.items).toEqual(read.items);
  expect(read.items.find((item) => item.kind === "text")).toMatchObject({ text: "One two three four" });
});

it("a page has the prompt of each of its tasks, and the newest page also those still queued", async () => {
  const go = new Barrier();
  await using rig = await createRig({
    script: ({ text }) =>
      text === "first"
        ? [
            { do: "wait", barrier: go },
            ...Array.from({ length: 12 }, (_, n) => ({ do: "say" as const, text: `part ${n}`, partId: `p${n}` })),
          ]
        : [{ do: "say", text: `Answer to ${text}` }],
  });
  const { chatId } = await rig.send({ text: "first" });
  await go.reached;
  const waiting = ["second", "third"];
  for (const text of waiting) await rig.send({ chatId, text });
  const during = await rig.chats.transcript({ chatId, limit: 1 });
  expect([...(during.prompts ?? []), ...during.items].filter(({ kind }) => kind === "prompt")).toMatchObject([
    { text: "first" },
    { text: "second" },
    { text: "third" },
  ]);
  go.open();
  await rig.dispatcher.settle();
  const page = await rig.chats.transcript({ chatId, limit: 5 });
  const answered = new Set(page.items.map(({ taskId }) => taskId));
  const prompts = [...(page.prompts ?? []), ...page.items].filter(({ kind }) => kind === "prompt");
  expect(new Set(prompts.map(({ taskId }) => taskId))).toEqual(answered);
  expect(prompts.length).toBe(answered.size);
  // Whether opened while they waited or afterwards, the same is shown.
  const followed = applyChatEvents(transcriptFromPage(chatId, during), await rig.events());
  for (const item of transcriptFromPage(chatId, page).items) expect(followed.items).toContainEqual(item);
});

it("pages back to the beginning, each item once", async () => {
  await using rig = await createRig({ script: (prompt) => [{ do: "say", text: `Answer to ${prompt.text}` }] });
  const { chatId } = await rig.send({ text: "1" });
  for (const text of ["2", "3", "4"]) await rig.send({ chatId, text });
  await rig.dispatcher.settle();
  const whole = await rig.chats.transcript({ chatId, limit: 200 });
  const keys: string[] = [];
  for (let before: number | undefined; ;) {
    const page = await rig.chats.transcript({ chatId, before, limit: 5 });
    keys.unshift(...page.items.map((item) => item.key));
    before = page.items[0]?.firstSeq;
    if (!page.hasMore) break;
  }
  expect(keys).toEqual(whole.items.map((item) => item.key));
});

it("history is the complete turns before this one, without queued prompts", async () => {
  const barriers = { one: new Barrier(), two: new Barrier(), three: new Barrier() } as const;
  await using rig = await createRig({
    script: ({ text }) => [
      { do: "wait", barrier: barriers[text as keyof typeof barriers] },
      { do: "say", text: `Answer to ${text}` },
    ],
  });
  const history = new ChatHistory({ db: rig.db });
  const chatId = await rig.addChat();
  const words = async (taskId: TaskId, maxItems = 50) =>
    (await history.read(chatId, taskId, maxItems)).flatMap((item) => (item.kind === "prompt" || item.kind === "text" ? [item.text] : []));
  const one = await rig.send({ chatId, text: "one" });
  await barriers.one.reached;
  // Accepted before the first one has any output.
  const two = await rig.send({ chatId, text: "two" });
  const three = await rig.send({ chatId, text: "three" });
  expect(await words(one.taskId)).toEqual([]);
  barriers.one.open();
  await barriers.two.reached;
  expect(await words(two.taskId)).toEqual(["one", "Answer to one"]);
  barriers.two.open();
  await barriers.three.reached;
  expect(await words(three.taskId)).toEqual(["one", "Answer to one", "two", "Answer to two"]);
  expect(await words(three.taskId, 2)).toEqual(["two", "Answer to two"]);
  barriers.three.open();
  await rig.dispatcher.settle();
});

it("history tells turns in the order in which they ran, when the queue was reordered, without removed prompts", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: ({ text }) => (text === "one" ? [{ do: "wait", barrier }] : []) });
  const history = new ChatHistory({ db: rig.db });
  const chatId = await rig.addChat();
  await rig.send({ chatId, text: "one" });
  await barrier.reached;
  const [two, three, four] = [
    await rig.send({ chatId, text: "two" }),
    await rig.send({ chatId, text: "three" }),
    await rig.send({ chatId }),
  ];
  await rig.tasks.reorder(three.taskId, { next: "before", anchorId: two.taskId });
  await rig.tasks.unqueue(four.taskId);
  barrier.open();
  await rig.dispatcher.settle();
  const told = async (taskId: TaskId) =>
    (await history.read(chatId, taskId, 50)).flatMap((item) => (item.kind === "prompt" ? [item.text] : []));
  expect(await told(two.taskId)).toEqual(["one", "three"]);
});
