import { ProjectId, SessionId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { chooseNext } from "./choose-next.ts";

/** `a1` is session `a1` of project `a`; `a2!` is archived. */
const list = (words: string) =>
  words.split(" ").map((word) => ({
    id: SessionId.parse(word.replace("!", "")),
    projectId: ProjectId.parse(word[0]),
    archived: word.endsWith("!"),
  }));

test.each([
  { sessions: "a1 b1 a2 a3", deleted: "a2", next: "a3" },
  { sessions: "a1 b1 a2", deleted: "a2", next: "a1" },
  { sessions: "a1 a2! a3", deleted: "a1", next: "a3" },
  { sessions: "a1 a2! b1", deleted: "a1", next: "b1" },
  { sessions: "b1 a1! a2", deleted: "a1", next: "a2" },
  { sessions: "a1 b1!", deleted: "a1", next: null },
  { sessions: "a1", deleted: "a1", next: null },
  { sessions: "a1 b1", deleted: "c1", next: "a1" },
])("of $sessions, $next is shown after $deleted is deleted", ({ sessions, deleted, next }) => {
  expect(chooseNext(list(sessions), SessionId.parse(deleted))).toBe(next);
});
