import { expect, test } from "vitest";
import { describeRemoval } from "./describe-removal.ts";

const FIRST = "Delete them first; each goes to the trash, and work that is only there is shown before.";
const THEN = "It can be removed once the trash holds nothing of it.";
const UNTOUCHED = "Nothing in /home/ada/engine is touched.";

test.each([
  {
    kept: { sessions: 0, archived: 0, orphans: 0, trashed: 0 },
    words: "BooCode forgets it. Nothing in /home/ada/engine is touched, and you can open it again at any time.",
  },
  { kept: { sessions: 3, archived: 1, orphans: 0, trashed: 0 }, words: `It has 3 sessions (1 archived). ${FIRST} ${THEN} ${UNTOUCHED}` },
  {
    kept: { sessions: 1, archived: 0, orphans: 0, trashed: 2 },
    words: `It has 1 session and 2 in the trash. ${FIRST} ${THEN} ${UNTOUCHED}`,
  },
  { kept: { sessions: 0, archived: 0, orphans: 0, trashed: 2 }, words: `It has 2 in the trash. ${THEN} ${UNTOUCHED}` },
  {
    kept: { sessions: 0, archived: 0, orphans: 1, trashed: 1 },
    words: `It has 1 worktree of no session and 1 in the trash. ${FIRST} ${THEN} ${UNTOUCHED}`,
  },
])("a project with $kept", ({ kept, words }) => {
  expect(describeRemoval({ ...kept, path: "/home/ada/engine" })).toBe(words);
});
