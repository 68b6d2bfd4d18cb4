import * as fc from "fast-check";
import { expect, it } from "vitest";
import { stripTags, TagStripper } from "./tag-stripper.ts";

it.each([
  ["plain < text <dcp", "plain < text <dcp"],
  ["a<dcp-message-id>m1</dcp-message-id>b", "ab"],
  ["<dcp-message-id>m1</dcp-message-id><dcp-message-id>m2</dcp-message-id>", ""],
  ["a<dcp-message-id>never closed", "a"],
  ["<<dcp-message-id>x</dcp-message-id>>", "<>"],
  ["</dcp-message-id>", "</dcp-message-id>"],
])("%j reads %j", (text, shown) => {
  expect(stripTags(text)).toBe(shown);
});

it("reads the same in any pieces", () => {
  const piece = fc.constantFrom("a", "<", "<dcp", "<dcp-message-id>", "m1", "</dcp-message-id>", "</", "😀");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(100), { maxLength: 8 }), (pieces, cuts) => {
      const text = pieces.join("");
      const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const stripper = new TagStripper();
      const shown = places.slice(1).map((end, n) => stripper.push(text.slice(places[n], end)));
      expect(shown.join("") + stripper.end()).toBe(stripTags(text));
    }),
  );
});

it("reads the same, cut at any two places", () => {
  const text = "a <dcp-message-id>m0001</dcp-message-id>b < c<dcp-message-id>m2</dcp-message-id>";
  for (let first = 0; first <= text.length; first += 1) {
    for (let second = first; second <= text.length; second += 1) {
      const stripper = new TagStripper();
      const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
      expect(pieces.map((piece) => stripper.push(piece)).join("") + stripper.end()).toBe("a b < c");
    }
  }
});
