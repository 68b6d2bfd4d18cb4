import { expect, it } from "vitest";
import { toFileName, toFolder } from "./file-path.ts";

it.each([
  ["a", "", "a"],
  ["a/b", "a", "b"],
  ["a/b/c.ts", "a/b", "c.ts"],
])("%s lies in %j as %s", (path, folder, name) => expect([toFolder(path), toFileName(path)]).toEqual([folder, name]));
