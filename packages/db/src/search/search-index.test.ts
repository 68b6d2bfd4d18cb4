import { statSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import { ChatId, PromptId, TaskId } from "@boocode/shared/ids";
import { MAX_HITS, MAX_PLACES } from "@boocode/shared/search/search";
import { SEARCHED_UNITS } from "@boocode/shared/search/to-search-text";
import { BUILT_IDS, buildTask } from "@boocode/shared/testing/build";
import BetterSqlite3 from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { scratchDatabase, scratchFile, seed } from "../../test/scratch-database.ts";
import { appendChatEvents } from "../stores/chats/chat-event-store.ts";
import { insertTask, updateTask } from "../stores/chats/task-store.ts";
import { deleteSession, updateSession } from "../stores/sessions/session-store.ts";
import { SearchApart } from "./search-apart.ts";
import { SearchIndex } from "./search-index.ts";

const { session: sessionId, chat: chatId, agent } = BUILT_IDS;

async function setUp() {
  const file = scratchFile();
  const db = await scratchDatabase(file);
  await seed(db);
  const index = join(file, "../index.db");
  let turns = 0;
  /** Runs a turn to its end, or to what it is in the middle of. */
  const turn = async (prompt: string, bodies: ChatEventBody[] = [], isOver = true) => {
    const id = TaskId.parse(`turn-${++turns}`);
    const task = buildTask({ id, promptId: PromptId.parse(id), text: prompt, state: "running", position: 100 + turns });
    const accepted: ChatEventBody = {
      type: "prompt.accepted",
      promptId: task.promptId,
      agent,
      model: "m",
      mode: "",
      kind: "message",
      text: prompt,
    };
    await db.write("normal", async (tx, announce) => {
      await insertTask(tx, task);
      await appendChatEvents(
        tx,
        announce,
        sessionId,
        [accepted, ...bodies].map((body) => ({ chatId, taskId: id, at: turns, body })),
      );
      if (isOver) await updateTask(tx, id, { state: "completed", endedAt: turns });
    });
    return id;
  };
  const open = () => {
    const opened = new SearchIndex(file, index);
    onTestFinished(() => opened.close());
    return opened;
  };
  return { db, file, index, turn, open };
}

const say = (text: string, partId = "p"): ChatEventBody => ({ type: "text.delta", partId, offset: 0, text });

function catchUp(index: SearchIndex): void {
  index.look();
  while (index.readNext());
}

function texts(index: SearchIndex, query: string): string[] {
  return index.find({ query }).hits.map(({ kind, snippet }) => `${kind}: ${snippet.before}[${snippet.match}]${snippet.after}`);
}

it("finds prompts, answers, thoughts and what tools did, the newest first, whatever their case and within words", async () => {
  const { turn, open } = await setUp();
  const first = await turn("Where is the Needle?", [
    { type: "thought.delta", partId: "t", offset: 0, text: "A needle in a haystack" },
    {
      type: "tool.started",
      callId: "c",
      name: "run",
      kind: "command",
      title: "Run",
      paths: ["hay/stack.txt"],
      argv: ["grep", "needles"],
      input: {},
    },
    { type: "tool.updated", callId: "c", status: "completed", result: { output: "3: no such thing", patch: "+knitting_needle" } },
    say("It is žluťoučký, "),
    { type: "text.delta", partId: "p", offset: 17, text: "日本語テキスト" },
  ]);
  await turn("another needle");
  const index = open();
  catchUp(index);
  expect(texts(index, "NEEDLE")).toEqual([
    "prompt: another [needle]",
    "tool: Run hay/stack.txt grep [needle]s +knitting_needle 3: no such thing",
    "thought: A [needle] in a haystack",
    "prompt: Where is the [Needle]?",
  ]);
  expect(texts(index, "thing such")).toHaveLength(1);
  expect(texts(index, "ŽLUŤ")).toEqual(["answer: It is [žluť]oučký, 日本語テキスト"]);
  expect(texts(index, "本語テ")).toHaveLength(1);
  expect(texts(index, 'x" OR needle')).toEqual([]);
  // A short word narrows what the longer ones find, and finds nothing alone.
  expect(texts(index, "is needle")).toEqual(["prompt: Where [is] the Needle?"]);
  expect(texts(index, "is")).toEqual([]);
  expect(index.find({ query: "grep" }).hits[0]).toMatchObject({ sessionId, chatId, taskId: first, itemKey: "tool:c", at: 1 });
});

it("finds the items of one chat that have a text, in their order, however short it is", async () => {
  const { db, turn, open } = await setUp();
  const first = await turn("Is it ŽLUTÝ?", [
    say("No.\nThe needle is thin"),
    { type: "thought.delta", partId: "t", offset: 0, text: "thin Žl" },
  ]);
  const second = await turn("a needle is");
  const index = open();
  catchUp(index);
  const find = (text: string, chat = chatId) =>
    index.findInChat({ chatId: chat, text }).places.map(({ taskId, itemKey }) => [taskId, itemKey]);
  const prompt = (taskId: string) => [taskId, `prompt:${taskId}`];
  expect(find("NEEDLE IS")).toEqual([[first, "part:p"], prompt(second)]);
  expect(find("is")).toEqual([prompt(first), [first, "part:p"], prompt(second)]);
  expect(find("žl")).toEqual([prompt(first), [first, "part:t"]]);
  expect(find("o.\nt")).toEqual([[first, "part:p"]]);
  expect(find("is thin needle")).toEqual([]);
  expect(find('"')).toEqual([]);
  expect(find("needle", ChatId.parse("another"))).toEqual([]);
  await db.write("normal", (tx) => updateSession(tx, sessionId, { deletedAt: 1 }));
  expect(find("needle")).toEqual([]);
});

it("S5 finds the newest places of a chat, and says that there are more", async () => {
  const { turn, open } = await setUp();
  await turn("needle");
  await turn(
    "begin",
    Array.from({ length: MAX_PLACES }, (_, part) => say("needle", `p${part}`)),
  );
  const index = open();
  index.look();
  expect(index.findInChat({ chatId, text: "needle" })).toEqual({ places: [], isCut: false, isReading: true });
  while (index.readNext());
  const { places, ...rest } = index.findInChat({ chatId, text: "needle" });
  expect([places.length, places[0]?.itemKey, rest]).toEqual([MAX_PLACES, "part:p0", { isCut: true, isReading: false }]);
});

it("follows what is new, what ended, and what is gone, and leaves out what is in the trash", async () => {
  const { db, turn, open } = await setUp();
  const index = open();
  catchUp(index);
  const running = await turn("a question", [say("half an ans")], false);
  catchUp(index);
  expect(texts(index, "question")).toHaveLength(1);
  await db.write("normal", async (tx, announce) => {
    const more: ChatEventBody = { type: "text.delta", partId: "p", offset: 11, text: "wer" };
    await appendChatEvents(tx, announce, sessionId, [{ chatId, taskId: running, at: 2, body: more }]);
    await updateTask(tx, running, { state: "completed", endedAt: 3 });
  });
  catchUp(index);
  expect(texts(index, "half an answer")).toEqual(["answer: [half] an answer"]);
  expect(texts(index, "question")).toHaveLength(1);
  await db.write("normal", (tx) => updateSession(tx, sessionId, { deletedAt: 1 }));
  expect(texts(index, "answer")).toEqual([]);
  expect(index.find({ query: "answer", sessionId }).hits).toEqual([]);
  await db.write("normal", (tx) => updateSession(tx, sessionId, { deletedAt: null }));
  expect(texts(index, "answer")).toHaveLength(1);
  await db.write("normal", (tx) => deleteSession(tx, sessionId));
  catchUp(index);
  expect(texts(index, "answer")).toEqual([]);
});

it("S5 finds the beginning and the end of a long text, and says where there are more hits", async () => {
  const { turn, open } = await setUp();
  const long = `first ${"x".repeat(SEARCHED_UNITS)} middle ${"y".repeat(SEARCHED_UNITS)} last`;
  await turn(long);
  for (let count = 0; count < MAX_HITS; count++) await turn(`common ${count}`);
  const index = open();
  catchUp(index);
  expect([texts(index, "first"), texts(index, "last"), texts(index, "middle")].map((each) => each.length)).toEqual([1, 1, 0]);
  expect(index.find({ query: "common" })).toMatchObject({ isCut: false, isReading: false });
  await turn("common once more");
  catchUp(index);
  const { hits, isCut } = index.find({ query: "common" });
  expect([hits.length, hits[0]!.snippet.after, isCut]).toEqual([MAX_HITS, " once more", true]);
});

it("an index that is damaged, or of another version, is built anew, and one that is there is kept", async () => {
  const { turn, open, file: store, index: file } = await setUp();
  await turn("the needle");
  const setVersion = async () => {
    const other = new BetterSqlite3(file);
    other.pragma("user_version = 99");
    other.close();
  };
  for (const spoil of [
    async () => {},
    setVersion,
    () => writeFile(file, "no database at all, for long enough".repeat(100)),
    () => rm(file),
  ]) {
    await spoil();
    const index = open();
    catchUp(index);
    expect(texts(index, "needle")).toHaveLength(1);
    index.close();
  }
  // Damage that shows only when the index is used.
  const index = new SearchIndex(store, file);
  const bytes = await readFile(file);
  await writeFile(file, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]));
  expect(index.find({ query: "needle" })).toMatchObject({ hits: [], isReading: true });
  while (index.readNext());
  expect(texts(index, "needle")).toHaveLength(1);
  index.close();
  const kept = await readFile(file);
  const again = open();
  expect([file, `${file}-wal`, `${file}-shm`].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  again.look();
  expect(again.readNext()).toBe(false);
  expect(texts(again, "needle")).toHaveLength(1);
  expect((await readFile(file)).length).toBe(kept.length);
});

it("a thread of its own answers while it reads, starts again after it died, and ends when told", async () => {
  const { turn, file, index } = await setUp();
  await turn("the needle");
  const apart = new SearchApart({ store: file, index });
  onTestFinished(() => apart.close());
  await expect.poll(async () => (await apart.find({ query: "needle" })).hits.length).toBe(1);
  await turn("another needle");
  apart.look();
  await expect.poll(async () => (await apart.find({ query: "needle" })).hits.length).toBe(2);
  await apart.close();
  await expect(apart.find({ query: "needle" })).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
  const broken = new SearchApart({ store: join(file, "nowhere.db"), index });
  onTestFinished(() => broken.close());
  for (let time = 0; time < 2; time++)
    await expect(broken.find({ query: "needle" })).rejects.toMatchObject({ fault: { kind: "storage_failed" } });
});
