import type { Session } from "@boocode/shared/sessions/session";
import { expect, test } from "vitest";
import { decideNotices } from "./decide-notices.ts";

const session = (given: object = {}) =>
  ({
    id: "s",
    title: "Fix it",
    status: "idle",
    attention: "none",
    lastEnd: null,
    lastSeq: 5,
    archived: false,
    isDeleting: false,
    ...given,
  }) as Session;
const running = session({ status: "running" });
const asking = session({ status: "running", attention: "needs_you" });
const kinds = (was: Session | null, is: Session) => decideNotices(was ? [was] : [], [is]).map(({ kind }) => kind);

test.each<[string, Session | null, Session, string[]]>([
  ["a turn that ends", running, session({ lastEnd: "completed" }), ["done"]],
  ["a turn that fails", running, session({ attention: "failed", lastEnd: "failed" }), ["failed"]],
  ["a turn that is cut off", running, session({ attention: "failed", lastEnd: "interrupted" }), ["failed"]],
  ["a turn that the person stops", running, session({ lastEnd: "cancelled" }), []],
  ["a turn after which another waits", running, session({ status: "queued", lastEnd: "completed" }), []],
  ["a turn that begins", session(), running, []],
  ["a question", running, asking, ["needs_you"]],
  ["a question that stays", asking, asking, []],
  ["an answered question", asking, running, []],
  ["a budget that holds a message", session(), session({ status: "queued", attention: "needs_you" }), ["needs_you"]],
  ["the end of a turn after its question", asking, session({ lastEnd: "completed" }), ["done"]],
  ["a session that is new here", null, session({ lastEnd: "completed" }), []],
  ["an archived one", running, session({ lastEnd: "completed", archived: true }), []],
  ["one that is being deleted", running, session({ lastEnd: "completed", isDeleting: true }), []],
  ["nothing", session({ lastEnd: "completed" }), session({ lastEnd: "completed" }), []],
])("%s", (_, was, is, told) => {
  expect(kinds(was, is)).toEqual(told);
});

test("the same moment has the same tag, and another one another", () => {
  const tag = (is: Session) => decideNotices([running], [is])[0]?.tag;
  expect(tag(session({ lastEnd: "completed" }))).toBe(tag(session({ lastEnd: "completed" })));
  expect(tag(session({ lastEnd: "completed" }))).not.toBe(tag(session({ lastEnd: "completed", lastSeq: 9 })));
});
