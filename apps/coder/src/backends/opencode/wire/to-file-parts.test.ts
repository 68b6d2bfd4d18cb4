import { expect, it } from "vitest";
import { toFileParts } from "./to-file-parts.ts";

it("text and folders are parts, in the order in which they are mentioned; what is no text stays a path", () => {
  const file = (path: string, isFolder = false) => ({ path, absolutePath: `/w/${path}`, isFolder });
  const parts = toFileParts("msg_1", [file("a b.ts"), file("logo.PNG"), file("src", true)]);
  expect(parts).toEqual([
    { type: "file", id: "prt_1200", mime: "text/plain", filename: "a b.ts", url: "file:///w/a%20b.ts" },
    { type: "file", id: "prt_1201", mime: "application/x-directory", filename: "src", url: "file:///w/src" },
  ]);
  expect(toFileParts(undefined, [file("a")])[0]).not.toHaveProperty("id");
});
