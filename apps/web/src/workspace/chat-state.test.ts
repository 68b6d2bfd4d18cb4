import { ChatId, TaskId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { toChatState } from "./chat-state.ts";

const a = ChatId.parse("a");
const b = ChatId.parse("b");
const running = { id: TaskId.parse("t1"), chatId: a, state: "running", waitsFor: null };
const waiting = (reason: string) => ({ id: TaskId.parse("t2"), chatId: b, state: "queued", waitsFor: { taskId: running.id, reason } });

test.each([
  ["no task", a, [], "idle"],
  ["a task at work", a, [running], "running"],
  ["a task of another chat", b, [running], "idle"],
  ["waiting for the other chat", b, [running, waiting("worktree_in_use")], "queued"],
  ["asked, and others wait for the answer", a, [running, waiting("permission")], "needs_you"],
  ["waiting for the other's answer", b, [running, waiting("permission")], "queued"],
] as const)("%s", (_, chatId, tasks, state) => {
  expect(toChatState(chatId, tasks)).toBe(state);
});
