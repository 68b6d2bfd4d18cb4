import { expect, it } from "vitest";
import { Feed } from "./feed.ts";

const change = (id: string) => ({ noun: "tasks" as const, ids: [id] });

it("returns the changes after a place", () => {
  const feed = new Feed();
  feed.changed(change("a"));
  const { place } = feed;
  expect(feed.since(place)).toEqual([]);
  feed.changed(change("b"));
  feed.changed(change("c"));
  expect(feed.since(place)).toEqual([
    { kind: "changed", ...change("b") },
    { kind: "changed", ...change("c") },
  ]);
});

it("returns null for a place of another run, an old one, a future one, or an invalid one", () => {
  const feed = new Feed();
  const early = feed.place;
  for (let count = 0; count <= 500; count++) feed.changed(change(String(count)));
  const [run] = feed.place.split(".");
  for (const place of [early, new Feed().place, `${run}.502`, `${run}.x`, `${run}.`, "", "nonsense"]) {
    expect([place, feed.since(place)]).toEqual([place, null]);
  }
  expect(feed.since(`${run}.1`)).toHaveLength(500);
});
