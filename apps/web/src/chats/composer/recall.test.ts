import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideRecall, type Recalled } from "./recall.ts";

const PROMPTS = ["newest", "two\nlines", "oldest"];

it.each<[string, "ArrowUp" | "ArrowDown", number | null, string, number, Recalled | null]>([
  ["an empty field recalls the newest", "ArrowUp", null, "", 0, { at: 0, text: "newest" }],
  ["an unchanged one the next older", "ArrowUp", 0, "newest", 6, { at: 1, text: "two\nlines" }],
  ["in the second line the key moves up", "ArrowUp", 1, "two\nlines", 9, null],
  ["in the first line it recalls", "ArrowUp", 1, "two\nlines", 3, { at: 2, text: "oldest" }],
  ["the oldest stays", "ArrowUp", 2, "oldest", 6, null],
  ["down goes back", "ArrowDown", 2, "oldest", 6, { at: 1, text: "two\nlines" }],
  ["in the first line of two the key moves down", "ArrowDown", 1, "two\nlines", 1, null],
  ["beyond the newest the field is empty again", "ArrowDown", 0, "newest", 0, { at: null, text: "" }],
  ["what was typed stays", "ArrowUp", null, "typed", 0, null],
  ["what was changed stays", "ArrowUp", 0, "newest!", 0, null],
  ["down from an empty field does nothing", "ArrowDown", null, "", 0, null],
  ["an emptied field begins anew", "ArrowUp", 1, "", 0, { at: 0, text: "newest" }],
])("%s", (_, key, at, text, caret, wanted) => {
  expect(decideRecall({ prompts: PROMPTS, at, text, caret }, key)).toEqual(wanted);
});

it("does nothing without a history", () => {
  expect(decideRecall({ prompts: [], at: null, text: "", caret: 0 }, "ArrowUp")).toBe(null);
});

it("never takes the place of anything that was typed, and goes back as it came", () => {
  const prompts = fc.uniqueArray(fc.stringMatching(/^[a-z]+$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(prompts, fc.nat(10), fc.string({ minLength: 1 }), (list, steps, typed) => {
      let now: Recalled = { at: null, text: "" };
      const press = (key: "ArrowUp" | "ArrowDown") => {
        now = decideRecall({ prompts: list, ...now, caret: now.text.length }, key) ?? now;
      };
      for (let step = 0; step < steps; step++) press("ArrowUp");
      expect(now.text).toBe(steps === 0 ? "" : list[Math.min(steps, list.length) - 1]);
      const other = typed === now.text ? `${typed} more` : typed;
      expect(decideRecall({ prompts: list, at: now.at, text: other, caret: 0 }, "ArrowUp")).toBe(null);
      for (let step = 0; step < steps; step++) press("ArrowDown");
      expect(now).toEqual({ at: null, text: "" });
    }),
  );
});
