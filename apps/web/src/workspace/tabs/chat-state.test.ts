import { ChatId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { toChatState } from "./chat-state.ts";

const a = ChatId.parse("a");
const b = ChatId.parse("b");
const running = { chatId: a, state: "running", overBudget: null };
const waiting = { chatId: b, state: "queued", overBudget: null };

test.each([
  ["no task", a, [], 0, "idle"],
  ["a task at work", a, [running], 0, "running"],
  ["a task of another chat", b, [running], 0, "idle"],
  ["waiting for the other chat", b, [running, waiting], 0, "queued"],
  ["a budget holds its prompt", b, [running, { ...waiting, overBudget: {} }], 0, "needs_you"],
  ["its agent asks", a, [running, waiting], 1, "needs_you"],
] as const)("%s", (_, chatId, tasks, asking, state) => {
  expect(toChatState(chatId, tasks, asking)).toBe(state);
});
