import { expect, test } from "vitest";
import { describeArchiving, endsSomething, toArchiveLabel } from "./describe-archiving.ts";

const KEPT = "Its chats, files and branch are kept.";

test.each([
  [{ left: 0, inTerminals: 0, isUnsure: false }, false, KEPT, "End them and archive"],
  [{ left: 1, inTerminals: 0, isUnsure: false }, true, `1 program that it left running is ended. ${KEPT}`, "End it and archive"],
  [{ left: 0, inTerminals: 1, isUnsure: false }, true, `1 program in its terminals is ended. ${KEPT}`, "End it and archive"],
  [
    { left: 2, inTerminals: 1, isUnsure: false },
    true,
    `2 programs that it left running and 1 program in its terminals are ended. ${KEPT}`,
    "End them and archive",
  ],
  [
    { left: 0, inTerminals: 0, isUnsure: true },
    true,
    `What runs in it could not be listed, and is ended too. ${KEPT}`,
    "End all and archive",
  ],
  [
    { left: 1, inTerminals: 0, isUnsure: true },
    true,
    `1 program that it left running is ended. What else runs in it could not be listed, and is ended too. ${KEPT}`,
    "End all and archive",
  ],
])("archiving a session with %j", (running, asks, words, label) => {
  expect(endsSomething(running)).toBe(asks);
  expect(describeArchiving(running)).toBe(words);
  expect(toArchiveLabel(running)).toBe(label);
});
