import type { Session } from "@boocode/shared/sessions/session";
import { expect, test } from "vitest";
import { foldSessions } from "./fold-sessions.ts";

const sessions = (count: number, given: Record<number, Partial<Session>> = {}) =>
  Array.from({ length: count }, (_, at) => ({ id: `s${at}`, status: "idle", attention: "none", lastSeq: 1, ...given[at] }) as Session);
const fold = (all: Session[], open: string | null = null, seen: Record<string, number> = {}) => {
  const { listed, folded } = foldSessions(all, open, seen);
  return [listed.map(({ id }) => id.slice(1)).join(" "), folded];
};

test.each<[string, ReturnType<typeof fold>, ReturnType<typeof fold>]>([
  ["none", fold([]), ["", 0]],
  ["ten", fold(sessions(10)), ["0 1 2 3 4 5 6 7 8 9", 0]],
  ["twelve, of which two are not worth a button", fold(sessions(12)), ["0 1 2 3 4 5 6 7 8 9 10 11", 0]],
  ["thirteen", fold(sessions(13)), ["0 1 2 3 4 5 6 7 8 9", 3]],
  ["the open one", fold(sessions(20), "s17"), ["0 1 2 3 4 5 6 7 8 9 17", 9]],
  ["one that asks", fold(sessions(20, { 15: { attention: "needs_you" } })), ["0 1 2 3 4 5 6 7 8 9 15", 9]],
  ["one that runs", fold(sessions(20, { 15: { status: "running" } })), ["0 1 2 3 4 5 6 7 8 9 15", 9]],
  ["one with news", fold(sessions(20, { 15: { lastSeq: 9 } }), null, { s15: 4 }), ["0 1 2 3 4 5 6 7 8 9 15", 9]],
])("lists %s", (_, folded, expected) => {
  expect(folded).toEqual(expected);
});
