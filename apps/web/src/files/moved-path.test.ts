import { expect, it } from "vitest";
import { toMovedPath } from "./moved-path.ts";

it.each([
  ["a.ts", "a.ts", "b.ts", "b.ts"],
  ["src/a.ts", "src", "lib", "lib/a.ts"],
  ["src/a.ts", "src", null, null],
  ["a.ts", "a.ts", null, null],
  ["srcs/a.ts", "src", "lib", "srcs/a.ts"],
  ["a.ts", "b.ts", "c.ts", "a.ts"],
])("%s, when %s becomes %s, is %s", (path, from, to, moved) => {
  expect(toMovedPath(path, from, to)).toBe(moved);
});
