import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatId } from "../ids.ts";
import { arbitraryEvent, arbitraryHistory } from "../testing/arbitrary-events.ts";
import { acceptPrompt, endTask, sayText, sayThought, setText, startTool } from "../testing/build-body.ts";
import { BUILT_IDS, buildEvent, buildEvents } from "../testing/build.ts";
import { foldJournal, replaceFolded } from "../testing/fold-journal.ts";
import { applyChatEvents, emptyTranscript } from "./apply-chat-event.ts";
import type { ChatEvent } from "./chat-event.ts";
import { foldParts } from "./fold-parts.ts";
import type { Transcript } from "./transcript.ts";

/** Returns a transcript without its strays, because there are no pages here. */
const read = (chatId: ChatId, ...rests: (readonly ChatEvent[])[]): Omit<Transcript, "strays"> => {
  const { strays: _, ...transcript } = rests.reduce(applyChatEvents, emptyTranscript(chatId));
  return transcript;
};

it("stores a part at its last seq, with the place and time of its first event", () => {
  const raw = buildEvents([
    acceptPrompt("go"),
    sayThought("t", 0, "h"),
    sayThought("t", 1, "m"),
    sayText("p", 0, "one"),
    endTask("completed"),
  ]);
  expect(foldParts(raw)).toEqual({
    removed: [2, 3],
    inserted: [buildEvent({ type: "part.set", partId: "t", kind: "thought", firstSeq: 2, text: "hm" }, { seq: 3, at: raw[1]!.at })],
  });
});

describe("leaves alone", () => {
  it.each([
    { name: "nothing", bodies: [] },
    { name: "a part sent in one piece", bodies: [sayText("p", 0, "one")] },
    { name: "a part set once", bodies: [setText("p", "one")] },
    { name: "events other than parts", bodies: [acceptPrompt("go"), startTool("c"), startTool("c"), endTask("failed")] },
    { name: "deltas of a part without a beginning", bodies: [sayText("p", 3, "x"), sayText("p", 4, "y")] },
  ])("$name", ({ bodies }) => {
    expect(foldParts(buildEvents(bodies))).toEqual({ removed: [], inserted: [] });
  });

  it("events without a chat", () => {
    expect(foldParts(buildEvents([sayText("p", 0, "a"), sayText("p", 1, "b")], { chatId: null }))).toEqual({ removed: [], inserted: [] });
  });
});

it("keeps ignored events after a part's last change, so that the journal's end does not move", () => {
  const raw = buildEvents([sayText("p", 0, "a"), sayText("p", 1, "b"), sayText("p", 0, "ab")]);
  expect(foldParts(raw)).toMatchObject({ removed: [1, 2], inserted: [{ seq: 2 }] });
  expect(read(BUILT_IDS.chat, replaceFolded(raw, foldParts(raw)))).toEqual(read(BUILT_IDS.chat, raw));
});

it("loses no text, in whatever order the events are given", () => {
  const raw = buildEvents([sayText("p", 0, "a"), sayText("p", 1, "b"), sayText("p", 2, "c")]);
  expect(foldParts(raw.toReversed())).toEqual(foldParts(raw));
});

it("E2: any prefix of the raw events plus the folded rest gives the transcript of the raw ones", () => {
  fc.assert(
    fc.property(arbitraryHistory, fc.nat(3), (raw, which) => {
      const folded = foldJournal(raw, (taskId) => which === 0 || taskId.endsWith(String(which)));
      for (const chatId of new Set(raw.flatMap((event) => event.chatId ?? []))) {
        const expected = read(chatId, raw);
        for (let cut = 0; cut <= raw.length; cut += 1) expect(read(chatId, raw.slice(0, cut), folded)).toEqual(expected);
      }
    }),
    { numRuns: 100 },
  );
});

it("E2: the same holds for events that no daemon would write", () => {
  fc.assert(
    fc.property(fc.uniqueArray(arbitraryEvent, { maxLength: 25, selector: (event) => event.seq }), fc.nat(40), (events, cut) => {
      const raw = events.map((event) => ({ ...event, chatId: BUILT_IDS.chat })).toSorted((a, b) => a.seq - b.seq);
      const before = raw.filter((event) => event.seq <= cut);
      expect(read(BUILT_IDS.chat, before, replaceFolded(raw, foldParts(raw))).items.map(toText)).toEqual(
        read(BUILT_IDS.chat, raw).items.map(toText),
      );
    }),
  );
});

it("folding is idempotent", () => {
  fc.assert(
    fc.property(arbitraryHistory, (raw) => {
      const folded = foldJournal(raw);
      expect(foldJournal(folded)).toEqual(folded);
      expect(folded.length).toBeLessThanOrEqual(raw.length);
    }),
  );
});

const toText = (item: Transcript["items"][number]) => [item.key, item.kind, "text" in item ? item.text : null];
