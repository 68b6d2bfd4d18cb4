import fc from "fast-check";
import { expect, it, test } from "vitest";
import { takeTogether } from "./take-together.ts";

const length = (text: string) => text.length;

test.each<[string[], number, string[]]>([
  [[], 3, []],
  [["ab", "c"], 3, ["ab", "c"]],
  [["ab", "c", "d"], 3, ["ab", "c"]],
  [["abcd", "e"], 3, []],
  [["", "", "a"], 0, ["", ""]],
])("of %j at most %i together: %j", (items, max, kept) => {
  expect(takeTogether(items, max, length)).toEqual(kept);
});

it("keeps a beginning that fits, and as much as fits", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.nat(50), (items, max) => {
      const kept = takeTogether(items, max, length);
      const sum = (some: readonly string[]) => some.reduce((total, text) => total + text.length, 0);
      expect(kept).toEqual(items.slice(0, kept.length));
      expect(sum(kept)).toBeLessThanOrEqual(max);
      const isWhole = kept.length === items.length;
      expect(isWhole || sum(items.slice(0, kept.length + 1)) > max).toBe(true);
    }),
  );
});
