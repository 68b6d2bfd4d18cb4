import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import { buildEvent } from "@boocode/shared/testing/build";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { JournalTail } from "./journal-tail.ts";

const event = (seq: number, chars = 1): ChatEvent => ({
  ...buildEvent({ type: "notice", level: "info", text: "x".repeat(chars) }),
  seq,
});
const run = (from: number, count: number, chars?: number) => Array.from({ length: count }, (_, index) => event(from + index, chars));
const seqs = (events: readonly ChatEvent[] | null) => events?.map(({ seq }) => seq) ?? null;

it("gives what came after a place, and nothing of which it lacks a part", () => {
  const tail = new JournalTail();
  expect(tail.after(0)).toBeNull();
  tail.add(run(3, 2));
  tail.add([]);
  tail.add(run(5, 1));
  expect([1, 2, 3, 4, 5].map((place) => seqs(tail.after(place)))).toEqual([null, [3, 4, 5], [4, 5], [5], []]);
});

it("begins anew where it has missed a commit", () => {
  const tail = new JournalTail();
  tail.add(run(1, 2));
  tail.add(run(4, 1));
  expect([1, 2, 3].map((place) => seqs(tail.after(place)))).toEqual([null, null, [4]]);
});

it("keeps at most a frame: 500 events, a megabyte", () => {
  const tail = new JournalTail();
  tail.add(run(1, 499));
  tail.add(run(500, 1));
  expect(seqs(tail.after(0))).toHaveLength(500);
  tail.add(run(501, 1));
  expect([tail.after(499), seqs(tail.after(500))]).toEqual([null, [501]]);
  tail.add(run(502, 1, 700_000));
  tail.add(run(503, 1, 700_000));
  expect([tail.after(501), seqs(tail.after(502))]).toEqual([null, [503]]);
  tail.add(run(504, 501));
  expect(tail.after(503)).toBeNull();
  tail.add(run(1_005, 1, 2_000_000));
  expect(tail.after(1_004)).toBeNull();
  tail.add(run(1_006, 1));
  expect(seqs(tail.after(1_005))).toEqual([1_006]);
});

it("gives the same as the journal, whatever is committed and however often a commit is told", () => {
  const commit = fc.record({ count: fc.integer({ min: 1, max: 300 }), isMissed: fc.boolean(), times: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(commit, { maxLength: 12 }), fc.nat(), (commits, from) => {
      const tail = new JournalTail();
      const journal: ChatEvent[] = [];
      for (const { count, isMissed, times } of commits) {
        const committed = run(journal.length + 1, count);
        journal.push(...committed);
        if (!isMissed) for (let time = 0; time < times; time += 1) tail.add(committed);
        // What a reader might have missed counts only once the tail has heard of a commit again.
        const place = from % (journal.length + 1);
        const found = isMissed ? null : tail.after(place);
        expect([null, seqs(journal.slice(place))]).toContainEqual(seqs(found));
      }
    }),
  );
});
