import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChatEvents, emptyTranscript } from "../../chats/apply-chat-event.ts";
import { arbitraryAgentEvent } from "../../testing/arbitrary-events.ts";
import { sayText, sayThought, setText, startTool, updateTool } from "../../testing/build-body.ts";
import { BUILT_IDS, buildEvents } from "../../testing/build.ts";
import type { AgentEvent } from "../agent-event.ts";
import { mergeDeltas } from "./merge-deltas.ts";

describe("E6: merges", () => {
  it.each([
    {
      name: "consecutive ranges",
      events: [sayText("p", 0, "a"), sayText("p", 1, "b"), sayText("p", 2, "c")],
      merged: [sayText("p", 0, "abc")],
    },
    { name: "ranges that do not start at 0", events: [sayText("p", 7, "a"), sayText("p", 8, "b")], merged: [sayText("p", 7, "ab")] },
    {
      name: "overlapping ranges, by their tail",
      events: [sayText("p", 0, "abc"), sayText("p", 1, "bcd")],
      merged: [sayText("p", 0, "abcd")],
    },
    { name: "repeated ranges", events: [sayText("p", 0, "abc"), sayText("p", 0, "abc")], merged: [sayText("p", 0, "abc")] },
    {
      name: "E9: the halves of a character",
      events: [sayText("p", 0, "\ud83d"), sayText("p", 1, "\ude00")],
      merged: [sayText("p", 0, "😀")],
    },
  ])("$name", ({ events, merged }) => {
    expect(mergeDeltas(events)).toEqual(merged);
  });
});

describe("E6: does not merge", () => {
  it.each([
    { name: "across a gap", events: [sayText("p", 0, "a"), sayText("p", 2, "c")] },
    { name: "backwards, which would fill a gap", events: [sayText("p", 3, "b"), sayText("p", 1, "ab")] },
    { name: "different parts", events: [sayText("p", 0, "a"), sayText("q", 1, "b")] },
    { name: "different types", events: [sayText("p", 0, "a"), sayThought("p", 1, "b")] },
    { name: "across a tool", events: [sayText("p", 0, "a"), startTool("c"), sayText("p", 1, "b")] },
    { name: "across another part", events: [sayText("p", 0, "a"), sayText("q", 0, "x"), sayText("p", 1, "b")] },
    { name: "with a whole part", events: [sayText("p", 0, "a"), setText("p", "ab"), sayText("p", 2, "c")] },
    { name: "a tool's updates", events: [updateTool("c", "running", {}), updateTool("c", "completed", {})] },
    { name: "nothing", events: [] },
  ])("$name", ({ events }) => {
    expect(mergeDeltas(events)).toEqual(events);
  });
});

const read = (events: readonly AgentEvent[]) =>
  applyChatEvents(emptyTranscript(BUILT_IDS.chat), buildEvents(events, { at: 1 })).items.map((item) =>
    item.kind === "text" || item.kind === "thought"
      ? [item.kind, item.partId, item.text, item.isStreaming]
      : { ...item, firstSeq: 0, lastSeq: 0, key: "" },
  );
const withoutPlaces = fc.array(
  arbitraryAgentEvent.map((event) => (event.type === "part.set" ? { ...event, firstSeq: null } : event)),
  { maxLength: 30 },
);

it("E6: merged ranges of one part, in any order, fold to the same text", () => {
  const range = fc.record({ offset: fc.nat(6), length: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
      const events = [{ offset: 0, length: 1 }, ...ranges].map(({ offset, length }) =>
        sayText("p", offset, "abcdefghij".slice(offset, offset + length)),
      );
      expect(read(mergeDeltas(events))).toEqual(read(events));
    }),
    { numRuns: 500 },
  );
});

it("E6: merged events fold to the same text, and merging is idempotent", () => {
  fc.assert(
    fc.property(withoutPlaces, (events) => {
      const merged = mergeDeltas(events);
      expect(read(merged)).toEqual(read(events));
      expect(mergeDeltas(merged)).toEqual(merged);
      expect(merged.filter((event) => !event.type.endsWith(".delta"))).toEqual(events.filter((event) => !event.type.endsWith(".delta")));
    }),
    { numRuns: 500 },
  );
});

it("E6, E9: a text cut anywhere, merged in any batches and sent as JSON, arrives whole", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "😀", "👩‍👩‍👧"), minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 12 }), fc.nat(12), (text, cuts, batch) => {
      const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const deltas = places.slice(1).map((end, n) => sayText("p", places[n]!, text.slice(places[n], end)));
      const sent = [...mergeDeltas(deltas.slice(0, batch)), ...mergeDeltas(deltas.slice(batch))];
      const bytes = Buffer.from(JSON.stringify(buildEvents(sent)), "utf8");
      const { items } = applyChatEvents(emptyTranscript(BUILT_IDS.chat), JSON.parse(bytes.toString("utf8")));
      expect(items).toMatchObject([{ text }]);
    }),
  );
});
