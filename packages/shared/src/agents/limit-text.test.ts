import fc from "fast-check";
import { expect, it } from "vitest";
import type { AgentEvent } from "./agent-event.ts";
import { PART_ENDING, TEXT_LIMITS, TextLimiter } from "./limit-text.ts";

const LIMITS = { partBytes: 300, turnBytes: 1_000 };
const says = (text: string, offset = 0, partId = "p"): AgentEvent => ({ type: "text.delta", partId, offset, text });
const sets = (text: string, partId = "p"): AgentEvent => ({ type: "part.set", partId, kind: "text", firstSeq: null, text });

/** Returns the text of each part, folded as the transcript folds it. */
function fold(events: readonly AgentEvent[], limits = LIMITS) {
  const limiter = new TextLimiter(limits);
  const parts: Record<string, string> = {};
  for (const event of events) {
    const left = limiter.limit(event);
    if (left?.type === "part.set") parts[left.partId] = left.text;
    if (left?.type !== "text.delta") continue;
    const known = parts[left.partId] ?? "";
    if (left.offset <= known.length) parts[left.partId] = known + left.text.slice(known.length - left.offset);
  }
  return { parts, isFlooded: limiter.isFlooded };
}

it.each<[string, AgentEvent[], object]>([
  ["what fits", [says("abc"), says("def", 3)], { p: "abcdef" }],
  ["a delta that is too long", [says("x".repeat(900))], { p: `${"x".repeat(200)}${PART_ENDING}` }],
  [
    "what becomes too long",
    [says("x".repeat(150)), says("y".repeat(150), 150), says("z", 300)],
    { p: `${"x".repeat(150)}${"y".repeat(50)}${PART_ENDING}` },
  ],
  ["a repeated delta", [says("x".repeat(150)), says("x".repeat(150)), says("x".repeat(150))], { p: "x".repeat(150) }],
  ["a whole part", [sets("x".repeat(900))], { p: `${"x".repeat(200)}${PART_ENDING}` }],
  ["a whole part after its deltas", [says("x".repeat(150)), sets("x".repeat(160)), says("y", 160)], { p: `${"x".repeat(160)}y` }],
  ["text with more bytes than characters", [says("\n".repeat(150))], { p: `${"\n".repeat(100)}${PART_ENDING}` }],
  ["characters of four bytes", [says("😀".repeat(60))], { p: `${"😀".repeat(50)}${PART_ENDING}` }],
])("lets through %s", (_what, events, parts) => {
  expect(fold(events)).toEqual({ parts, isFlooded: false });
});

it("detects an endless answer even after its text is dropped", () => {
  const events = Array.from({ length: 40 }, (_, place) => says("x".repeat(50), place * 50));
  expect(fold(events)).toEqual({ parts: { p: `${"x".repeat(200)}${PART_ENDING}` }, isFlooded: true });
  const parts = Array.from({ length: 20 }, (_, place) => says("x".repeat(100), 0, `p${place}`));
  const folded = fold(parts);
  expect(folded.isFlooded).toBe(true);
  expect(Object.keys(folded.parts)).toHaveLength(10);
});

it("lets tools and other events pass even then", () => {
  const limiter = new TextLimiter(LIMITS);
  limiter.limit(says("x".repeat(5_000)));
  const notice: AgentEvent = { type: "notice", level: "info", text: "n" };
  expect(limiter.isFlooded).toBe(true);
  expect(limiter.limit(notice)).toBe(notice);
});

it("keeps every part and every turn within the limits for any events", () => {
  const event = fc.record({
    part: fc.constantFrom("a", "b", "c"),
    text: fc.string({ unit: "grapheme", maxLength: 200 }),
    isSet: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (said) => {
      const ends: Record<string, number> = {};
      const events = said.map(({ part, text, isSet }) => {
        const offset = isSet ? 0 : (ends[part] ?? 0);
        ends[part] = offset + text.length;
        return isSet ? sets(text, part) : says(text, offset, part);
      });
      const limiter = new TextLimiter(LIMITS);
      const left = events.map((one) => limiter.limit(one));
      expect(left.every((one) => one === null || !("text" in one) || one.text.isWellFormed())).toBe(true);
      for (const text of Object.values(fold(events).parts))
        expect(Buffer.byteLength(JSON.stringify(text)) - 2).toBeLessThanOrEqual(LIMITS.partBytes);
    }),
  );
});

it("uses the limits of a journal row", () => {
  expect(TEXT_LIMITS.partBytes).toBeLessThan(256 * 1024);
});
