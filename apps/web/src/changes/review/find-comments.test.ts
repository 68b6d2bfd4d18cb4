import type { LineComment } from "@boocode/shared/changes/review/line-comment";
import { ChangeId, CommentId, SessionId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { parsePatch } from "../diff/parse-patch.ts";
import { findComments, toCommentedLine } from "./find-comments.ts";

const [hunk] = parsePatch(`--- a/x\n+++ b/x\n@@ -3,2 +3,2 @@\n-old\r\n+new\n ${"same".repeat(200)}\n`)[0]!.hunks;
const [deleted, added, context] = hunk!.lines;
const owner = { changeId: ChangeId.parse("chg_1"), path: "a.ts" };
const comment = (given: Partial<LineComment>): LineComment => ({
  id: CommentId.parse("cmt_1"),
  sessionId: SessionId.parse("session_1"),
  ...owner,
  side: "new",
  line: 3,
  quote: "new",
  text: "Why?",
  createdAt: 1,
  ...given,
});

it("names deleted lines by the base and others by the current file, with the beginning of their text", () => {
  expect(toCommentedLine(deleted!)).toEqual({ side: "old", line: 3, quote: "old" });
  expect(toCommentedLine(added!)).toEqual({ side: "new", line: 3, quote: "new" });
  expect(toCommentedLine(context!)).toEqual({ side: "new", line: 4, quote: "same".repeat(100) });
});

it.each([
  ["its own", comment({}), true],
  ["the other side", comment({ side: "old" }), false],
  ["another line", comment({ line: 4 }), false],
  ["the same change, whatever is quoted", comment({ quote: "cut" }), true],
  ["an earlier content with the same line", comment({ changeId: ChangeId.parse("chg_0") }), true],
  ["an earlier content with another line", comment({ changeId: ChangeId.parse("chg_0"), quote: "else" }), false],
  ["another file", comment({ changeId: ChangeId.parse("chg_0"), path: "b.ts" }), false],
])("finds the comments of a line: %s", (_, each, isFound) => {
  expect(findComments([each], owner, added!)).toEqual(isFound ? [each] : []);
});
