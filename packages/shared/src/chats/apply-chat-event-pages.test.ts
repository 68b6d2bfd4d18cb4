import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Seq, TaskId } from "../ids.ts";
import { arbitraryHistory } from "../testing/arbitrary-events.ts";
import { acceptPrompt, askPermission, endTask, sayText, startTool, updateTool } from "../testing/build-body.ts";
import { BUILT_IDS, buildEvent, buildEvents } from "../testing/build.ts";
import { foldJournal } from "../testing/fold-journal.ts";
import { applyChatEvents, emptyTranscript, prependPage, transcriptFromPage } from "./apply-chat-event.ts";
import type { ChatEvent } from "./chat-event.ts";
import { toItemKey } from "./item-key.ts";
import type { PromptItem, TranscriptItem, TranscriptPage } from "./transcript.ts";

const chatId = BUILT_IDS.chat;
const fold = (events: readonly ChatEvent[]) => applyChatEvents(emptyTranscript(chatId), events);

/** Returns the response of `chats.transcript` when the journal has reached `seq`. */
function readPage(journal: readonly ChatEvent[], seq: Seq, limit: number, before = Infinity): TranscriptPage {
  const written = journal.filter((event) => event.seq <= seq);
  const { items, runningTaskId } = fold(written);
  const older = items.filter((item) => item.firstSeq < before);
  const keys = new Set(older.slice(-limit).map((item) => item.key));
  const events = written.filter((event) => event.chatId === chatId && keys.has(toItemKey(event) ?? ""));
  const page = fold(events).items;
  const told = new Set(page.map(({ taskId }) => taskId));
  const ended = new Set(items.flatMap((item) => (item.kind === "turn_end" ? [item.taskId] : [])));
  const prompts = items.filter(
    (item): item is PromptItem =>
      item.kind === "prompt" && !keys.has(item.key) && (told.has(item.taskId) || (before === Infinity && !ended.has(item.taskId))),
  );
  return { items: page, prompts, seq, hasMore: older.length > limit, runningTaskId };
}

/** Returns what is visible of a whole transcript from one seq on: the items that began there, and the prompt of each of their tasks. */
function seenFrom(items: readonly TranscriptItem[], startsAt: Seq): TranscriptItem[] {
  const told = new Set(items.filter((item) => item.firstSeq >= startsAt).map(({ taskId }) => taskId));
  return items.filter((item) => item.firstSeq >= startsAt || (item.kind === "prompt" && told.has(item.taskId)));
}

it("E2: a page plus later events equals the full fold, for the page's items and later ones", () => {
  fc.assert(
    fc.property(arbitraryHistory, fc.nat(60), fc.integer({ min: 1, max: 8 }), fc.boolean(), (journal, cut, limit, isFolded) => {
      const page = readPage(journal, Math.min(cut, journal.length), limit);
      const after = applyChatEvents(transcriptFromPage(chatId, page), isFolded ? foldJournal(journal) : journal);
      const all = fold(journal);
      const expected = all.items.filter((item) => item.firstSeq >= after.startsAt);
      const keys = new Set(expected.map((item) => item.key));
      expect(after.items.filter((item) => keys.has(item.key))).toEqual(expected);
      expect(after.items.filter((item) => item.firstSeq < after.startsAt && item.kind !== "prompt")).toEqual([]);
      expect([after.seq, after.runningTaskId]).toEqual([all.seq, all.runningTaskId]);
    }),
    { numRuns: 200 },
  );
});

it("E2: pages read backwards at any moment, with events and folding in between, add up to the full fold", () => {
  fc.assert(
    fc.property(
      arbitraryHistory,
      fc.nat(60),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 4 }),
      fc.boolean(),
      (journal, cut, limit, steps, isFolded) => {
        let transcript = transcriptFromPage(chatId, readPage(journal, Math.min(cut, journal.length), limit));
        for (const [readAhead, foldedAhead] of steps) {
          if (transcript.startsAt === 0) break;
          // The page is read at one seq of the journal and arrives after events up to another.
          const page = readPage(journal, Math.min(transcript.seq + readAhead, journal.length), limit, transcript.startsAt);
          transcript = prependPage(applyChatEvents(transcript, journal.slice(0, transcript.seq + foldedAhead)), page);
        }
        const rest = isFolded ? foldJournal(journal) : journal;
        transcript = applyChatEvents(transcript, rest);
        while (transcript.startsAt > 0) transcript = prependPage(transcript, readPage(rest, journal.length, limit, transcript.startsAt));
        expect(transcript.items).toEqual(fold(journal).items);
      },
    ),
    { numRuns: 200 },
  );
});

it("E2: the shown items do not depend on how they were loaded, and no answer lacks its question", () => {
  fc.assert(
    fc.property(
      arbitraryHistory,
      fc.nat(60),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 4 }),
      (journal, cut, limit, steps) => {
        let transcript = transcriptFromPage(chatId, readPage(journal, Math.min(cut, journal.length), limit));
        for (const [readAhead, foldedAhead] of [[0, 0] as const, ...steps]) {
          transcript = applyChatEvents(transcript, journal.slice(0, transcript.seq + foldedAhead));
          if (transcript.startsAt > 0 && readAhead > 0)
            transcript = prependPage(
              transcript,
              readPage(journal, Math.min(transcript.seq + readAhead, journal.length), limit, transcript.startsAt),
            );
        }
        const reached = applyChatEvents(transcript, journal);
        const expected = seenFrom(fold(journal).items, reached.startsAt);
        const keys = new Set(expected.map(({ key }) => key));
        expect(reached.items.filter(({ key }) => keys.has(key))).toEqual(expected);
        // Anything beyond that is a prompt that was queued when the page was read, or an earlier item that was repeated since.
        const earlier = new Set(fold(journal).items.flatMap(({ key, firstSeq }) => (firstSeq < reached.startsAt ? [key] : [])));
        expect(reached.items.filter(({ key }) => !keys.has(key) && !earlier.has(key))).toEqual([]);
        expect(new Set(reached.items.map(({ key }) => key)).size).toBe(reached.items.length);
      },
    ),
    { numRuns: 300 },
  );
});

it("an older page of an ended task is settled by an end that is not on it", () => {
  const journal = buildEvents([startTool("c"), sayText("p", 0, "a"), askPermission("a1"), endTask("failed")]);
  const transcript = transcriptFromPage(chatId, readPage(journal, 4, 1));
  const older = prependPage(transcript, readPage(journal, 4, 10, transcript.startsAt));
  expect(older.items).toMatchObject([
    { status: "failed" },
    { isStreaming: false },
    { resolution: { by: "cancelled" } },
    { kind: "turn_end" },
  ]);
  expect(older.startsAt).toBe(0);
});

it("an update that arrived before its item's page is folded into the item", () => {
  const first = buildEvents([startTool("c")]);
  const journal = [...first, buildEvent(acceptPrompt("next"), { seq: 2, taskId: TaskId.parse("task-2") })];
  const late = applyChatEvents(transcriptFromPage(chatId, readPage(journal, 2, 1)), [
    buildEvent(updateTool("c", "completed", { output: "ok" }), { seq: 3 }),
  ]);
  const older = prependPage(late, readPage(journal, 2, 1, late.startsAt));
  expect(older.items).toMatchObject([{ kind: "tool", status: "completed", result: { output: "ok" } }, { kind: "prompt" }]);
  expect(older.strays).toEqual([]);
});

it("a page that is ahead is not reverted by events it already includes", () => {
  const updates = [updateTool("c", "running", { output: "1" }), updateTool("c", "running", { output: "1 2" })];
  const journal = buildEvents([startTool("c"), sayText("p", 0, "a"), ...updates]);
  const behind = transcriptFromPage(chatId, readPage(journal, 2, 1));
  const ahead = prependPage(behind, readPage(journal, 4, 1, behind.startsAt));
  expect(ahead.seq).toBe(2);
  expect(applyChatEvents(ahead, journal.slice(2, 3)).items[0]).toBe(ahead.items[0]);
  expect(ahead.items[0]).toMatchObject({ result: { output: "1 2" } });
});

it("a queued prompt that was edited twice keeps its last text when its page arrives", () => {
  const taskId = TaskId.parse("task-2");
  const journal = [buildEvent(acceptPrompt("one"), { seq: 1, taskId }), ...buildEvents([sayText("p", 0, "a")], {}, 2)];
  const edits = [buildEvent(acceptPrompt("two"), { seq: 3, taskId }), buildEvent(acceptPrompt("three"), { seq: 4, taskId })];
  const late = applyChatEvents(transcriptFromPage(chatId, readPage(journal, 2, 1)), edits);
  const older = prependPage(late, readPage(journal, 2, 1, late.startsAt));
  expect(older.items).toMatchObject([{ kind: "prompt", text: "three", firstSeq: 1 }, { kind: "text" }]);
});
