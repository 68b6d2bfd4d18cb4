import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

const open = (max: number, maxUnknown: number) => {
  const ended: string[] = [];
  return { ended, slots: new Slots<string>({ max, maxUnknown }, (holder) => ended.push(holder)) };
};

it("S5 the one that has been unknown for the longest gives way", () => {
  const { slots, ended } = open(10, 2);
  expect(["a", "b", "c", "d"].map((holder) => slots.take(holder))).toEqual([true, true, true, true]);
  expect(ended).toEqual(["a", "b"]);
});

it("S5 whoever is known keeps its place, and nobody comes in where all are known", () => {
  const { slots, ended } = open(2, 2);
  for (const holder of ["a", "b"]) {
    slots.take(holder);
    slots.recognise(holder);
  }
  expect([slots.take("c"), ended]).toEqual([false, []]);
  slots.leave("a");
  expect([slots.take("d"), slots.take("e"), ended]).toEqual([true, true, ["d"]]);
});

it("S5 one that was ended is not recognised afterwards", () => {
  const { slots, ended } = open(2, 1);
  slots.take("a");
  slots.take("b");
  slots.recognise("a");
  slots.recognise("b");
  expect([slots.take("c"), slots.take("d"), ended]).toEqual([true, true, ["a", "c"]]);
});
