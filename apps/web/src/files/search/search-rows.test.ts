import { expect, it } from "vitest";
import { toSearchRows } from "./search-rows.ts";

it("lists each file with its lines below it, each with a name of its own", () => {
  const line = (number: number) => ({ line: number, column: 1, text: "x", at: 0 });
  const rows = toSearchRows([
    { path: "a", lines: [line(1), line(2)] },
    { path: "b", lines: [line(1)] },
  ]);
  expect(rows.map(({ key }) => key)).toEqual(["file a", "line a 1", "line a 2", "file b", "line b 1"]);
});
