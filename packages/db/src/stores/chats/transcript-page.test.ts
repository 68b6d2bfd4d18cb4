import { applyChatEvents, emptyTranscript, prependPage, transcriptFromPage } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEventBody, NewChatEvent } from "@boocode/shared/chats/chat-event";
import { foldParts } from "@boocode/shared/chats/fold-parts";
import type { Transcript, TranscriptPage } from "@boocode/shared/chats/transcript";
import { ChatId, PromptId, type Seq, TaskId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { CompiledQuery } from "kysely";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import {
  appendChatEvents,
  begunItemsQuery,
  findLastEventType,
  readSessionEvents,
  readTaskEvents,
  readTranscriptEvents,
  replaceTaskEvents,
  transcriptQuery,
} from "./chat-event-store.ts";
import type { Database } from "../../database.ts";

const { session, chat, agent } = BUILT_IDS;

/** A turn with two parts that grow alternately, a tool between them, and events that are not items. */
function turn(n: number, chatId = chat): NewChatEvent[] {
  const taskId = TaskId.parse(`t${n}`);
  const prompt: ChatEventBody = {
    type: "prompt.accepted",
    promptId: PromptId.parse(taskId),
    agent,
    model: "m",
    mode: "",
    kind: "message",
    text: `prompt ${n}`,
  };
  const bodies: ChatEventBody[] = [
    prompt,
    { type: "task.started", agent, model: "m" },
    { type: "thought.delta", partId: `a${n}`, offset: 0, text: "think" },
    { type: "text.delta", partId: `b${n}`, offset: 0, text: "one " },
    { type: "tool.started", callId: `c${n}`, name: "read", kind: "read", title: "Read", paths: [], input: {} },
    { type: "thought.delta", partId: `a${n}`, offset: 5, text: "ing" },
    { type: "text.delta", partId: `b${n}`, offset: 4, text: "two" },
    { type: "tool.updated", callId: `c${n}`, status: "completed", result: { output: "ok" } },
    { type: "notice", level: "info", text: `notice ${n}` },
    { type: "task.ended", state: "completed", agent, model: "m", cause: null, evidence: null, durationMs: 1, usage: null, filesChanged: 0 },
  ];
  return bodies.map((body) => ({ chatId, taskId, at: 1_000 + n, body }));
}
/** Items of one turn: prompt, thought, text, tool, notice, end. */
const ITEMS_PER_TURN = 6;

async function fill(db: Database, turns: number): Promise<void> {
  await seed(db);
  await db.write("normal", async (tx, announce) => {
    for (let n = 0; n < turns; n += 1)
      await appendChatEvents(tx, announce, session, [...turn(n), ...turn(n + 100_000, ChatId.parse("chat-2"))]);
  });
}

async function readPage(db: Database, page: { before?: Seq; limit: number }): Promise<TranscriptPage> {
  const { events, hasMore } = await readTranscriptEvents(db.read, chat, page);
  const { items } = applyChatEvents(emptyTranscript(chat), events);
  return { items, seq: 1_000_000, hasMore, runningTaskId: null };
}

/** Reads pages backwards from the end as the page does; returns the number of pages. */
async function readByPages(db: Database, limit: number): Promise<{ transcript: Transcript; pages: number }> {
  let page = await readPage(db, { limit });
  let transcript = transcriptFromPage(chat, page);
  let pages = 1;
  for (; page.hasMore; pages += 1) {
    const before = transcript.items[0]?.firstSeq ?? 0;
    page = await readPage(db, { before, limit });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    transcript = prependPage(transcript, page);
  }
  return { transcript, pages };
}

it.each([1, 4, 7, 200])("pages of %i items together are the whole transcript, raw and folded", async (limit) => {
  const db = await scratchDatabase();
  await fill(db, 8);
  const whole = applyChatEvents(emptyTranscript(chat), await readSessionEvents(db.read, session, 0, 10_000));
  expect(whole.items).toHaveLength(8 * ITEMS_PER_TURN);
  const expectedPages = Math.ceil((8 * ITEMS_PER_TURN) / limit);
  const raw = await readByPages(db, limit);
  expect(raw).toMatchObject({ pages: expectedPages, transcript: { items: whole.items } });

  for (let n = 0; n < 8; n += 1) {
    const { removed, inserted } = foldParts(await readTaskEvents(db.read, TaskId.parse(`t${n}`)));
    expect(removed.length).toBeGreaterThan(0);
    await db.write("full", (tx) => replaceTaskEvents(tx, session, removed, inserted));
  }
  const folded = await readByPages(db, limit);
  expect(folded).toMatchObject({ pages: expectedPages, transcript: { items: whole.items } });
});

it("returns the last items, and whether there are earlier ones", async () => {
  const db = await scratchDatabase();
  await fill(db, 2);
  const last = await readTranscriptEvents(db.read, chat, { limit: 2 });
  expect(last.events.map(({ body }) => body.type)).toEqual(["notice", "task.ended"]);
  expect(last.hasMore).toBe(true);
  const firstSeq = (await readTranscriptEvents(db.read, chat, { limit: 100 })).events[0]?.seq ?? 0;
  expect(await readTranscriptEvents(db.read, chat, { before: firstSeq, limit: 5 })).toEqual({ events: [], hasMore: false });
  expect((await readTranscriptEvents(db.read, chat, { limit: 2 * ITEMS_PER_TURN })).hasMore).toBe(false);
  expect((await readTranscriptEvents(db.read, chat, { limit: 2 * ITEMS_PER_TURN - 1 })).hasMore).toBe(true);
  expect(await readTranscriptEvents(db.read, ChatId.parse("nobody"), { limit: 5 })).toEqual({ events: [], hasMore: false });
});

it("limits a page in bytes, and reaches everything with more pages", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const text = "x".repeat(300_000);
  const parts = Array.from({ length: 10 }, (_, n): NewChatEvent => {
    const body: ChatEventBody = { type: "part.set", partId: `p${n}`, kind: "text", firstSeq: null, text };
    return { chatId: chat, taskId: null, at: n, body };
  });
  await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, session, parts));
  const { events, hasMore } = await readTranscriptEvents(db.read, chat, { limit: 200 });
  expect({ events: events.length, hasMore }).toEqual({ events: 3, hasMore: true });
  const { transcript, pages } = await readByPages(db, 200);
  expect({ pages, items: transcript.items.length }).toEqual({ pages: 4, items: 10 });
});

it("shows the beginning of a text that an earlier version stored without a limit, marked as cut", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const text = `${"word ".repeat(6_000_000)}end`;
  const body: ChatEventBody = { type: "part.set", partId: "p", kind: "text", firstSeq: null, text };
  const notice: ChatEventBody = { type: "notice", level: "info", text: "after" };
  const newEvents = [body, notice].map((one) => ({ chatId: chat, taskId: TaskId.parse("task-1"), at: 1, body: one }));
  await db.write("normal", (tx, announce) => appendChatEvents(tx, announce, session, newEvents));
  const page = await readPage(db, { limit: 200 });
  expect(page.items).toMatchObject([{ kind: "text" }, { kind: "notice", text: "after" }]);
  const [shown] = page.items;
  expect(shown?.kind === "text" && shown.text.length).toBeLessThan(300_000);
  expect(shown).toMatchObject({ text: expect.stringMatching(/^word word [^]*The rest is too long to be shown\.$/) });
  // Its size is determined without reading it.
  expect(await findLastEventType(db.read, TaskId.parse("task-1"), ["part.set"])).toBe("part.set");
  expect(await readTaskEvents(db.read, TaskId.parse("task-1"), ["notice"])).toMatchObject([{ body: notice }]);
});

it("finds a page by indexes, reading only its own rows", async () => {
  const db = await scratchDatabase();
  await fill(db, 50);
  for (const page of [{ limit: 50 }, { limit: 50, before: 300 }]) {
    const plan = await planOf(db, transcriptQuery(db.read, chat, page).compile());
    expect(plan).toContain("USING INDEX chat_events_by_item (chat_id=? AND item_key=?)");
    expect(plan).toMatch(/USING INDEX chat_events_by_item_seq \(chat_id=\? AND item_seq>\?/);
    // The only sort is over the page's own events; the items come from their index in order.
    expect(plan.match(/TEMP B-TREE/g)).toHaveLength(1);
    expect(plan).not.toContain("SCAN chat_events");
  }
});

it.each([1, 2, 10, 200])("looks up %i items by their keys alone, however long the chat", async (count) => {
  const db = await scratchDatabase();
  await fill(db, 50);
  const keys = Array.from({ length: count }, (_, index) => `part:a${index}`);
  const plan = await planOf(db, begunItemsQuery(db.read, chat, keys).compile());
  expect(plan).toMatch(/^SEARCH chat_events USING (COVERING )?INDEX chat_events_item_begins_once \(chat_id=\? AND item_key=\?\)$/);
});

async function planOf(db: Database, { sql, parameters }: CompiledQuery): Promise<string> {
  const { rows } = await db.read.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]));
  return rows.map(({ detail }) => detail).join("\n");
}
