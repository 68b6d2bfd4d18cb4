import { describe, expect, it } from "vitest";
import { ChangeId, CommentId, SessionId } from "../../ids.ts";
import { addComments } from "./add-comments.ts";
import type { LineComment } from "./line-comment.ts";

const comment = (given: Partial<LineComment>): LineComment => ({
  id: CommentId.parse("cmt_1"),
  sessionId: SessionId.parse("session_1"),
  changeId: ChangeId.parse("chg_1"),
  path: "src/a.ts",
  side: "new",
  line: 12,
  quote: "const x = 1;",
  text: "Name it.",
  createdAt: 1,
  ...given,
});

describe("addComments", () => {
  it.each([
    ["a text without comments stays as it is", "Go on \n", [], "Go on \n"],
    [
      "each comment has its path, its line and the line itself",
      "Go on\n",
      [comment({}), comment({ side: "old", line: 3, quote: "return;", text: "Why is\nthis gone?" })],
      "Go on\n\nComments on changed lines:\n\nsrc/a.ts, line 12:\n> const x = 1;\nName it.\n\n" +
        "src/a.ts, line 3 of the version before the changes:\n> return;\nWhy is\nthis gone?",
    ],
    ["comments can be all there is", " \n", [comment({})], "Comments on changed lines:\n\nsrc/a.ts, line 12:\n> const x = 1;\nName it."],
    [
      "a path stays on its line",
      "",
      [comment({ path: "a\nb, line 1:" })],
      "Comments on changed lines:\n\na\\nb, line 1:, line 12:\n> const x = 1;\nName it.",
    ],
  ])("%s", (_, text, comments, expected) => {
    expect(addComments(text, comments)).toBe(expected);
  });
});
