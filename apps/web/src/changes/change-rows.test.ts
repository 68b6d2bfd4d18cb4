import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import type { ChangeDiff, PendingChange } from "@boocode/shared/changes/pending-change";
import { AgentId, ChangeId, SessionId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { describeAuthors, describeView, formatBytes, toChangeRows, type OpenDiff } from "./change-rows.ts";

const change = (path: string, given: Partial<PendingChange> = {}): PendingChange => ({
  id: ChangeId.parse("change_1"),
  sessionId: SessionId.parse("session_1"),
  path,
  operation: "modified",
  location: "worktree",
  agent: AgentId.parse("boocode"),
  agents: [AgentId.parse("boocode")],
  chatIds: [],
  taskIds: [],
  additions: 1,
  deletions: 1,
  binary: false,
  evidence: "tool",
  state: "pending",
  stale: false,
  ...given,
});
const diff = (given: Partial<ChangeDiff> = {}): ChangeDiff => ({
  changeId: ChangeId.parse("change_1"),
  path: "a.ts",
  view: "text",
  oldMode: "100644",
  newMode: "100644",
  oldBytes: 10,
  newBytes: 1_500_000,
  patch: "--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-x\n+y\n@@ -9 +9 @@\n-p\n+q\n",
  hunks: [
    { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, agent: AgentId.parse("goose"), agents: [AgentId.parse("goose")] },
    { oldStart: 9, oldLines: 1, newStart: 9, newLines: 1, agent: null, agents: [null] },
  ],
  ...given,
});

describe("toChangeRows", () => {
  const open = (state: OpenDiff) => new Map([["a.ts", state]]);

  it("puts the lines of an open change below its file, in the colour of each hunk's author", () => {
    const rows = toChangeRows([change("a.ts"), change("b.ts")], open({ kind: "ready", diff: diff() }), "unified");
    expect(rows.map((row) => row.kind)).toEqual(["file", "line", "line", "line", "line", "line", "gap", "file"]);
    expect(rows.filter((row) => row.kind === "line").map(({ mark }) => mark && [mark.hue, mark.isFirst])).toEqual([
      ["var(--agent-goose)", true],
      ["var(--agent-goose)", false],
      null,
      ["var(--muted)", true],
      ["var(--muted)", false],
    ]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  it("reuses the rows of a diff", () => {
    const ready = open({ kind: "ready", diff: diff() });
    const [first, again] = [toChangeRows([change("a.ts")], ready, "split"), toChangeRows([change("a.ts")], ready, "split")];
    expect(again[1]).toBe(first[1]);
    expect(first[1]).toMatchObject({ kind: "line", row: { kind: "split" } });
  });

  it("offers a look at an image and at a large file, but only of what is pending", () => {
    const blame: ChangeBlame = { changeId: ChangeId.parse("change_1"), path: "a.ts", view: "none", writers: [], lines: [], removed: [] };
    const kinds = (given: Partial<ChangeDiff>, by?: ChangeBlame) =>
      toChangeRows([change("a.ts")], open({ kind: "ready", diff: diff(given), blame: by }), "unified").map(({ kind }) => kind);
    expect(kinds({ view: "too_large" }, blame)).toEqual(["file", "note", "plain", "gap"]);
    expect(kinds({ view: "binary", path: "a.PNG" }, blame)).toEqual(["file", "note", "plain", "gap"]);
    expect(kinds({ view: "binary", path: "a.png" })).toEqual(["file", "note", "gap"]);
    expect(kinds({ view: "binary", path: "a.zip" }, blame)).toEqual(["file", "note", "gap"]);
  });

  it("shows a new file in one column, however it is shown", () => {
    const ready = open({ kind: "ready", diff: diff({ patch: "--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+x\n" }) });
    expect(toChangeRows([change("a.ts")], ready, "split")[1]).toMatchObject({ kind: "line", row: { kind: "unified" } });
  });

  it("says that a diff is loading, or why it failed", () => {
    expect(toChangeRows([change("a.ts")], open({ kind: "loading" }), "unified")[1]).toMatchObject({ kind: "note", isLoading: true });
    expect(toChangeRows([change("a.ts")], open({ kind: "failed", words: "No." }), "unified")[1]).toMatchObject({ words: "No." });
  });
});

describe("describeView", () => {
  it.each([
    [{}, []],
    [{ newMode: "100755" }, ["Made executable"]],
    [{ view: "mode", oldMode: "100755" }, ["No longer executable"]],
    [{ view: "mode", newMode: "120000" }, ["Became a symbolic link"]],
    [{ oldMode: null, newMode: "160000" }, ["A separate repository. Its commit is tracked; its files are not"]],
    [{ oldMode: "160000", newMode: "160000" }, ["A separate repository, now at another commit"]],
    [{ oldMode: "160000", newMode: null }, ["A separate repository was removed"]],
    [{ oldMode: "160000", newMode: "100644" }, ["Was a separate repository, now a file"]],
    [{ oldMode: "100644", newMode: "160000" }, ["Became a separate repository"]],
    [{ view: "binary", oldBytes: null }, ["Binary file, 1.5 MB added"]],
    [{ view: "binary", newBytes: null }, ["Binary file, 10 B deleted"]],
    [{ view: "too_large" }, ["Too large to show here, 10 B before, 1.5 MB now"]],
    [{ view: "empty", oldBytes: null, newBytes: 0 }, ["An empty file was added"]],
    [{ view: "empty", newBytes: null, oldBytes: 0 }, ["An empty file was deleted"]],
    [{ view: "empty" }, ["Moved without content changes"]],
    [{ view: "empty", whitespace: "ignored" }, ["Only white space changed"]],
    [{ view: "empty", oldBytes: null, newBytes: 0, whitespace: "ignored" }, ["An empty file was added"]],
    [{ whitespace: "ignored" }, ["Changes of white space are not shown. Show them to apply or reject single hunks"]],
  ] as const)("%j", (given, expected) => {
    expect(describeView(diff(given))).toEqual(expected);
  });
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [34_400, "34 kB"],
  [999_600, "1.0 MB"],
  [2_000_000_000_000, "2000 GB"],
])("%d bytes are %s", (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

it.each([
  [[], "Changes"],
  [[change("a")], "Changes from boocode"],
  [
    [
      change("a"),
      change("b", { agent: null, agents: [null] }),
      change("c", { agents: [AgentId.parse("goose"), AgentId.parse("boocode")] }),
    ],
    "Changes from boocode, you, goose",
  ],
] as const)("names everyone who changed something", (changes, expected) => {
  expect(describeAuthors(changes)).toBe(expected);
});
