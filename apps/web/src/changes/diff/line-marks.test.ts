import { ChangeBlame } from "@boocode/shared/changes/change-blame";
import { AgentId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { toSplitRows, toUnifiedRows } from "./diff-rows.ts";
import { describeWriter, toLineMarks } from "./line-marks.ts";
import { parsePatch } from "./parse-patch.ts";

const patch = "--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n-one\n+1\n two\n+2.5\n+2.6\n-three\n";
const hunks = parsePatch(patch).flatMap((file) => file.hunks);
const fallback = [{ oldStart: 1, oldLines: 3, newStart: 1, newLines: 4, agent: AgentId.parse("pi"), agents: [AgentId.parse("pi")] }];
const writer = (agent: string | null, commit: string) => ({
  agent,
  commit,
  taskId: agent && `task-${agent}`,
  chatId: agent && `chat-${agent}`,
  prompt: agent && `ask ${agent}`,
  at: 1,
});
const blame = ChangeBlame.parse({
  changeId: "chg_1",
  path: "x",
  view: "lines",
  writers: [writer("qwen", "c1"), writer(null, "c2"), writer("goose", "c3")],
  lines: [0, "base", 1, 2],
  removed: [0, null, "base"].map((by) => (by === "base" ? null : by)),
});

describe("toLineMarks", () => {
  it("marks each changed line with its writer, the first of a run with an icon, and a moved line like its hunk", () => {
    const marks = toLineMarks(toUnifiedRows(hunks), fallback, blame);
    expect(marks.map((mark) => mark && `${mark.isFirst ? "first " : ""}${describeWriter(mark)}`)).toEqual([
      "first qwen: ask qwen",
      "qwen: ask qwen",
      null,
      "first you, by hand",
      "first goose: ask goose",
      "first pi",
    ]);
  });

  it("prefers the writer of the added line if a row has both", () => {
    const marks = toLineMarks(toSplitRows(hunks), fallback, blame);
    expect(marks[0]).toMatchObject({ agent: "qwen", hue: "var(--agent-qwen)" });
  });

  it("uses the hunk's author until blame is loaded", () => {
    expect(toLineMarks(toUnifiedRows(hunks), fallback, null)[0]).toMatchObject({ agent: "pi", writer: null, isFirst: true });
  });
});
