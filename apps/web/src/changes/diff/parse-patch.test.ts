import { describe, expect, it } from "vitest";
import { parsePatch } from "./parse-patch.ts";

const marks = { context: " ", added: "+", deleted: "-" } as const;
const show = (patch: string) =>
  parsePatch(patch).map((file) => ({
    paths: [file.oldPath, file.newPath],
    lines: file.hunks.flatMap((hunk) =>
      hunk.lines.map((line) => `${line.oldNumber ?? "_"}|${line.newNumber ?? "_"}|${marks[line.kind]}${line.text}`),
    ),
  }));

describe("parsePatch", () => {
  it("numbers both sides of a modification", () => {
    const patch =
      "diff --git a/x.ts b/x.ts\nindex 1..2 100644\n--- a/x.ts\n+++ b/x.ts\n@@ -3,3 +3,4 @@ function f() {\n a\n-b\n+c\n+d\n e\n";
    expect(show(patch)).toEqual([{ paths: ["x.ts", "x.ts"], lines: ["3|3| a", "4|_|-b", "_|4|+c", "_|5|+d", "5|6| e"] }]);
    expect(parsePatch(patch)[0]?.hunks[0]?.section).toBe("function f() {");
  });

  it("reads an added and a deleted file, and a missing line break at the end", () => {
    const added = parsePatch("--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+one\n\\ No newline at end of file\n");
    expect(added[0]?.oldPath).toBeNull();
    expect(added[0]?.hunks[0]?.lines).toEqual([
      { kind: "added", place: 0, oldNumber: null, newNumber: 1, text: "one", endsWithoutNewline: true },
    ]);
    expect(parsePatch("--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n")[0]?.newPath).toBeNull();
  });

  it("reads content that looks like a header as content", () => {
    const patch = "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- a comment\n+++ plus\n same\n";
    expect(show(patch)).toEqual([{ paths: ["q.sql", "q.sql"], lines: ["1|_|--- a comment", "_|1|+++ plus", "2|2| same"] }]);
  });

  it("reads several files and hunks", () => {
    const patch =
      "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n@@ -9 +9 @@\n-p\n+q\ndiff --git a/b b/c\nsimilarity index 90%\nrename from b\nrename to c\n--- a/b\n+++ b/c\n@@ -1 +1 @@\n-1\n+2\n";
    expect(show(patch).map((file) => file.paths)).toEqual([
      ["a", "a"],
      ["b", "c"],
    ]);
    expect(parsePatch(patch)[0]?.hunks).toHaveLength(2);
  });

  it("decodes quoted paths and paths followed by a time", () => {
    expect(show('--- "a/\\303\\274 \\"x\\".txt"\n+++ "b/\\303\\274 \\"x\\".txt"\n@@ -1 +1 @@\n-1\n+2\n')[0]?.paths).toEqual([
      'ü "x".txt',
      'ü "x".txt',
    ]);
    expect(show("--- old.c\t2024-01-01\n+++ new.c\t2024-01-02\n@@ -1 +1 @@\n-1\n+2\n")[0]?.paths).toEqual(["old.c", "new.c"]);
  });

  it("survives a patch cut in the middle, an empty one, and prose", () => {
    expect(show("--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n a\n-b")).toEqual([{ paths: ["x", "x"], lines: ["1|1| a", "2|_|-b"] }]);
    expect(parsePatch("")).toEqual([]);
    expect(parsePatch("Binary files a/x and b/x differ\n")).toEqual([]);
  });

  it("keeps empty context lines that lost their space", () => {
    expect(show("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n")[0]?.lines).toEqual(["1|1| a", "2|2| ", "3|_|-b", "_|3|+c"]);
  });
});
