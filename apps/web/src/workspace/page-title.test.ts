import type { Session } from "@boocode/shared/sessions/session";
import { expect, test } from "vitest";
import { toPageTitle } from "./page-title.ts";

const session = (id: string, attention: string, lastSeq = 5, archived = false) =>
  ({ id, title: `Session ${id}`, status: "idle", attention, lastSeq, archived }) as Session;

test.each([
  ["nothing at all", [], {}, null, "BooCode"],
  ["one open", [session("a", "none")], { a: 5 }, "a", "Session a · BooCode"],
  ["one needs the person", [session("a", "none"), session("b", "needs_you")], { a: 5, b: 5 }, "a", "(1) Session a · BooCode"],
  ["one needs the person, one has news", [session("a", "needs_you"), session("b", "none", 9)], { a: 5, b: 5 }, null, "(2) BooCode"],
  ["archived ones do not call", [session("a", "needs_you", 5, true)], {}, null, "BooCode"],
  ["a failure that was seen does not call", [session("a", "failed")], { a: 5 }, null, "BooCode"],
] as const)("%s", (_, sessions, seen, open, title) => {
  expect(toPageTitle(sessions, seen, open)).toBe(title);
});
