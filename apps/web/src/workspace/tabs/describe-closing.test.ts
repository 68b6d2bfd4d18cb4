import { expect, test } from "vitest";
import { describeClosing, isAtWork, toCloseLabel } from "./describe-closing.ts";

const KEPT = " Everything said and changed so far is kept, and the chat can be reopened.";

test.each([
  { work: { isRunning: true, queued: 0, programs: 0 }, words: "Its agent is stopped.", label: "Stop and close" },
  {
    work: { isRunning: true, queued: 2, programs: 1 },
    words: "Its agent is stopped, 2 waiting messages are not sent and 1 program it left running is ended.",
    label: "Stop and close",
  },
  { work: { isRunning: false, queued: 1, programs: 0 }, words: "1 waiting message is not sent.", label: "Close" },
  { work: { isRunning: false, queued: 0, programs: 2 }, words: "2 programs it left running are ended.", label: "End and close" },
])("closing a chat with $work says so", ({ work, words, label }) => {
  expect(isAtWork(work)).toBe(true);
  expect(describeClosing(work)).toBe(words + KEPT);
  expect(toCloseLabel(work)).toBe(label);
});

test("an idle chat closes without a question, and one that became idle says so", () => {
  const idle = { isRunning: false, queued: 0, programs: 0 };
  expect(isAtWork(idle)).toBe(false);
  expect(describeClosing(idle)).toBe(`Nothing runs in it any more.${KEPT}`);
});
