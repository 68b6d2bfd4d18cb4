import { expect, test } from "vitest";
import { toPathParts } from "./path-parts.ts";

test.each([
  ["/home/ada/code", "/home/ada/", "code"],
  ["/home/ada/code/", "/home/ada/", "code"],
  ["code", "", "code"],
  ["/code", "/", "code"],
  ["/", "/", ""],
])("%s", (path, parent, name) => {
  expect(toPathParts(path)).toEqual({ parent, name });
});
