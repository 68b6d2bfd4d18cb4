import * as fc from "fast-check";
import { expect, it } from "vitest";
import { sharePlaces } from "./share-places.ts";

const crowd = (folder: string, count: number) => Array.from({ length: count }, (_, at) => `${folder}/${String(at).padStart(5, "0")}`);
const places = { max: 50, kept: 10 };

it.each([
  { what: "enough for all", held: [], wanting: crowd("out", 50), chosen: 50 },
  { what: "a crowd alone leaves the kept ones free", held: [], wanting: crowd("out", 51), chosen: 40 },
  { what: "a crowd that has its share gets no more", held: crowd("out", 40), wanting: crowd("out", 60).slice(40), chosen: 0 },
  { what: "nothing where all places are held", held: crowd("old", 50), wanting: ["a.ts"], chosen: 0 },
  { what: "no wish", held: crowd("old", 60), wanting: [], chosen: 0 },
])("$what", ({ held, wanting, chosen }) => {
  expect(sharePlaces(held, wanting, places).size).toBe(chosen);
});

it("a crowded folder pushes out none of the files of others, at any depth, in the same look or a later one", () => {
  const others = ["a.ts", "src/b.ts", "src/deep/c.ts", "zzz.ts"];
  const both = sharePlaces([], [...crowd("src/deep/out", 500), ...others], places);
  expect(others.filter((path) => !both.has(path))).toEqual([]);
  expect(both.size).toBeGreaterThan(30);

  const first = sharePlaces([], crowd("src/deep/out", 500), places);
  const left = crowd("src/deep/out", 500).filter((path) => !first.has(path));
  expect(others.filter((path) => !sharePlaces(first, [...left, ...others], places).has(path))).toEqual([]);
});

const path = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 4 }).map((names) => `${names.join("/")}.ts`);

it("never chooses more than there is, only what wants a place, and all of it where there is room", () => {
  fc.assert(
    fc.property(fc.uniqueArray(path), fc.uniqueArray(path), fc.nat(60), fc.nat(10), (before, more, max, share) => {
      const held = new Set(before.slice(0, max));
      const wanting = more.filter((each) => !held.has(each));
      const chosen = sharePlaces(held, wanting, { max, kept: Math.min(max, share) });
      expect([...chosen].every((each) => wanting.includes(each))).toBe(true);
      expect(held.size + chosen.size).toBeLessThanOrEqual(max);
      expect(chosen.size === wanting.length || held.size + wanting.length > max).toBe(true);
    }),
  );
});

it("files beside a crowd are all chosen if they need at most half of what is not kept", () => {
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 20 }), fc.integer({ min: 51, max: 400 }), (others, size) => {
      const chosen = sharePlaces([], [...crowd("crowd", size), ...others], places);
      expect(others.filter((each) => !chosen.has(each))).toEqual([]);
    }),
  );
});
