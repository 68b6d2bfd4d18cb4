import { expect, it } from "vitest";
import { keepFitting } from "./keep-fitting.ts";

it("of an earlier answer only what fits the present query is offered, best first", () => {
  const before = { paths: ["README.md", "src/main.ts", "main.css"], total: 3, isCut: false };
  expect(keepFitting(before, "main")).toEqual({ ...before, paths: ["main.css", "src/main.ts"] });
  expect(keepFitting(before, "nothing")?.paths).toEqual([]);
  expect(keepFitting(undefined, "main")).toBeUndefined();
});
