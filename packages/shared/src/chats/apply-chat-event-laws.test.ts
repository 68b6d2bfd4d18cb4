import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChatId } from "../ids.ts";
import { arbitraryEvent } from "../testing/arbitrary-events.ts";
import { acceptPrompt, sayText, startTool, updateTool } from "../testing/build-body.ts";
import { BUILT_IDS, buildEvent, buildEvents } from "../testing/build.ts";
import { applyChatEvent, applyChatEvents, emptyTranscript } from "./apply-chat-event.ts";
import type { ChatEvent } from "./chat-event.ts";
import { isOpen } from "./settle-item.ts";
import type { Transcript } from "./transcript.ts";

const empty = emptyTranscript(BUILT_IDS.chat);
const fold = (events: readonly ChatEvent[]) => applyChatEvents(empty, events);

describe("identity", () => {
  const before = fold(buildEvents([acceptPrompt("go"), sayText("p", 0, "a")]));

  it("is kept if nothing changed", () => {
    expect(applyChatEvents(before, [])).toBe(before);
    expect(applyChatEvents(before, buildEvents([acceptPrompt("go"), sayText("p", 0, "a")]))).toBe(before);
  });

  it("of the items is kept if an event belongs to another chat, which only advances seq", () => {
    const after = applyChatEvent(before, buildEvent(sayText("p", 1, "b"), { seq: 7, chatId: ChatId.parse("chat-2") }));
    expect(after).toEqual({ ...before, seq: 7 });
    expect(after.items).toBe(before.items);
  });

  it("of an untouched item is kept, and the previous transcript is unchanged", () => {
    const after = applyChatEvent(before, buildEvent(sayText("p", 1, "b"), { seq: 3 }));
    expect(after.items[0]).toBe(before.items[0]);
    expect(after.items[1]).toMatchObject({ text: "ab" });
    expect(before.items[1]).toMatchObject({ text: "a" });
  });

  it("two continuations of one transcript do not affect each other", () => {
    const one = applyChatEvent(before, buildEvent(startTool("one"), { seq: 3 }));
    const two = applyChatEvent(before, buildEvent(startTool("two"), { seq: 3 }));
    const done = (transcript: Transcript, callId: string) =>
      applyChatEvent(transcript, buildEvent(updateTool(callId, "completed", {}), { seq: 4 }));
    expect(done(one, "one").items.at(-1)).toMatchObject({ callId: "one", status: "completed" });
    expect(done(two, "two").items.at(-1)).toMatchObject({ callId: "two", status: "completed" });
    expect(done(two, "one").items.at(-1)).toMatchObject({ callId: "two", status: "running" });
  });
});

describe("for any events", () => {
  it("folding never throws, keeps keys unique and items in order", () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 40 }), (events) => {
        const { items, seq } = fold(events);
        expect(new Set(items.map((item) => item.key)).size).toBe(items.length);
        expect(items.filter((item) => item.firstSeq > item.lastSeq)).toEqual([]);
        expect(items.map((item) => item.firstSeq)).toEqual(items.map((item) => item.firstSeq).toSorted((a, b) => a - b));
        expect(seq).toBe(Math.max(0, ...events.map((event) => event.seq)));
      }),
    );
  });

  it("E2: applying them again changes nothing", () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 40 }), fc.array(arbitraryEvent, { maxLength: 10 }), (events, again) => {
        const once = fold(events);
        expect(
          applyChatEvents(
            once,
            [...events, ...again].filter((event) => event.seq <= once.seq),
          ),
        ).toBe(once);
      }),
    );
  });

  it("a frame equals its events one by one, however they are split", () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 40 }), fc.nat(40), (events, cut) => {
        const whole = fold(events);
        expect(events.reduce(applyChatEvent, empty)).toEqual(whole);
        expect(applyChatEvents(fold(events.slice(0, cut)), events.slice(cut))).toEqual(whole);
      }),
    );
  });

  it("T3: nothing of an ended task is in progress", () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent, { maxLength: 40 }), (events) => {
        const { items } = fold(events.toSorted((a, b) => a.seq - b.seq));
        const ended = new Set(items.flatMap((item) => (item.kind === "turn_end" ? [item.taskId] : [])));
        expect(items.filter((item) => ended.has(item.taskId) && isOpen(item))).toEqual([]);
      }),
    );
  });
});

it("10,000 events in frames of 500 never access items they do not touch", () => {
  // Counts accesses instead of measuring time. Building the index needs a few accesses per old item; one per item for every event would be
  // fifty million, and one per item for every frame at least 100,000.
  const old = fold(buildEvents(Array.from({ length: 5_000 }, (_, n) => startTool(`old-${n}`))));
  let looks = 0;
  const watch = <Item extends object>(item: Item): Item =>
    new Proxy(item, {
      get: (target, property) => {
        looks += 1;
        return Reflect.get(target, property) as unknown;
      },
    });
  const bodies = Array.from({ length: 2_500 }, (_, n) => [
    sayText(`p${n}`, 0, "ab"),
    sayText(`p${n}`, 2, "cd"),
    startTool(`c${n}`),
    updateTool(`c${n}`, "running", {}),
  ]).flat();
  const events = buildEvents(bodies, {}, 5_001);
  let transcript: Transcript = { ...old, items: old.items.map(watch) };
  for (let at = 0; at < events.length; at += 500) transcript = applyChatEvents(transcript, events.slice(at, at + 500));
  expect(transcript.items).toHaveLength(10_000);
  expect(transcript.items.at(-2)).toMatchObject({ text: "abcd", isStreaming: false });
  expect(looks).toBeLessThan(90_000);
});
