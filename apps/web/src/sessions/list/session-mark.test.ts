import { expect, test } from "vitest";
import { toSessionMark } from "./session-mark.ts";

test.each([
  ["at rest and seen", { status: "idle", attention: "none", lastSeq: 9 }, 9, "idle"],
  ["at rest, never looked at here", { status: "idle", attention: "none", lastSeq: 9 }, null, "idle"],
  ["at rest, with news", { status: "idle", attention: "none", lastSeq: 12 }, 9, "unread"],
  ["done, as the daemon says", { status: "idle", attention: "done", lastSeq: 9 }, 9, "unread"],
  ["a question outweighs the run", { status: "running", attention: "needs_you", lastSeq: 9 }, 9, "needs_you"],
  ["news while it runs are the run", { status: "running", attention: "none", lastSeq: 40 }, 9, "running"],
  ["waiting for its turn", { status: "queued", attention: "none", lastSeq: 9 }, 9, "queued"],
  ["a failure outweighs news", { status: "idle", attention: "failed", lastSeq: 12 }, 9, "failed"],
  ["a failed one that runs again runs", { status: "running", attention: "failed", lastSeq: 12 }, 9, "running"],
] as const)("%s", (_, session, seenSeq, mark) => {
  expect(toSessionMark(session, seenSeq)).toBe(mark);
});
