import fc from "fast-check";
import { expect, it } from "vitest";
import { OutputRing } from "./output-ring.ts";

it("gives what follows a place, in pieces of a bounded size", () => {
  const ring = new OutputRing(1_000);
  ring.append("abc");
  ring.append("def");
  expect(ring.read(0, 4)).toEqual({ offset: 0, text: "abcd", lost: 0, prelude: "" });
  expect(ring.read(4, 100)).toEqual({ offset: 4, text: "ef", lost: 0, prelude: "" });
  expect(ring.read(6, 100)).toBeNull();
  expect(ring.read(99, 100)).toBeNull();
});

it("drops the oldest output, and says how much a reader has missed and which modes it is in", () => {
  const ring = new OutputRing(20_000);
  ring.append(`\u001b[?1049h${"a".repeat(9_000)}`);
  ring.append("b".repeat(9_000));
  ring.append("c".repeat(9_000));
  expect([ring.start, ring.end, ring.isOnSecondScreen]).toEqual([9_008, 27_008, true]);
  expect(ring.read(8, 3)).toEqual({ offset: 9_008, text: "bbb", lost: 9_000, prelude: "\u001b[?1049h" });
  expect(ring.read(9_008, 3)).toEqual({ offset: 9_008, text: "bbb", lost: 0, prelude: "" });
});

it("holds no more than it may, whatever is appended, and loses nothing of what it holds", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "🙂", "\u001b[?25l", "\n"), maxLength: 3_000 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), fc.nat(100_000), fc.integer({ min: 1, max: 5_000 }), (texts, from, step) => {
      const ring = new OutputRing(30_000);
      for (const one of texts) ring.append(one);
      const whole = texts.join("");
      expect(ring.end).toBe(whole.length);
      expect(ring.end - ring.start).toBeLessThanOrEqual(30_000);
      let place = Math.min(from, whole.length);
      const first = Math.max(place, ring.start);
      let read = "";
      for (let piece = ring.read(place, step); piece !== null; piece = ring.read(place, step)) {
        expect(piece.text.length).toBeLessThanOrEqual(step);
        read += piece.text;
        place = piece.offset + piece.text.length;
      }
      expect(read).toBe(whole.slice(first));
    }),
  );
});
