import { beforeEach, expect, it, vi } from "vitest";

beforeEach(() => vi.resetModules());
const load = () => import("./place.ts");

it.each<[string, (string | null)[], string]>([
  ["the only one", ["run.7"], "run.7"],
  ["the earliest, in whatever order they come", ["run.9", "run.7", "run.8"], "run.7"],
  ["none where a request got no answer", ["run.7", null], ""],
  ["none where only that is known", [null, "run.7"], ""],
  ["the first of two daemons, which the second does not know", ["one.7", "two.3"], "one.7"],
])("changes are told from %s", async (_, places, expected) => {
  const { notePlace, whenPlaced } = await load();
  for (const place of places) notePlace(place);
  expect(await whenPlaced()).toBe(expected);
});
