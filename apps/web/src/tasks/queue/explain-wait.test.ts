import { ChatId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { explainSendNow, explainWait } from "./explain-wait.ts";

const here = ChatId.parse("chat_1");
const other = ChatId.parse("chat_2");

it.each([
  [null, "Starts next"],
  [{ chatId: other, chatTitle: "Fix login", reason: "worktree_in_use" }, "Waits for “Fix login”: the worktree is in use"],
  [{ chatId: here, chatTitle: "This", reason: "worktree_in_use" }, "Waits for the turn above to end"],
  [{ chatId: other, chatTitle: "Fix login", reason: "earlier_in_queue" }, "Waits for “Fix login”, which is before it"],
  [{ chatId: here, chatTitle: "This", reason: "earlier_in_queue" }, "Waits for the prompt before it"],
  [{ chatId: other, chatTitle: "Fix login", reason: "permission" }, "Waits for “Fix login”, which needs your permission"],
  [{ chatId: here, chatTitle: "This", reason: "permission" }, "Waits for your answer above"],
] as const)("%j", (waitsFor, expected) => {
  expect(explainWait(waitsFor, here)).toBe(expected);
});

it("says until when a prompt waits for its time", () => {
  const later = new Date();
  later.setHours(23, 59, 0, 0);
  expect(explainWait(null, here, later.getTime())).toBe("Waits until 23:59");
});

it.each([
  [null, "Send now"],
  [{ chatId: here, chatTitle: "This" }, "Send now: stops the turn that runs"],
  [{ chatId: other, chatTitle: "Fix login" }, "Send now: stops the turn of “Fix login”"],
])("sending now beside %j", (running, expected) => {
  expect(explainSendNow(running, here)).toBe(expected);
});
