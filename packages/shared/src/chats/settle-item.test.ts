import { expect, it } from "vitest";
import type { TaskEndState } from "../tasks/task.ts";
import { acceptPrompt, answerPermission, askPermission, endTask, sayText, startTool, updateTool } from "../testing/build-body.ts";
import { buildEvent } from "../testing/build.ts";
import type { ChatEventBody } from "./chat-event.ts";
import { isOpen, settleItem } from "./settle-item.ts";
import { toItem } from "./to-item.ts";
import type { TranscriptItem, TurnEndItem } from "./transcript.ts";
import { updateItem } from "./update-item.ts";

const fold = (...[first, ...rest]: [ChatEventBody, ...ChatEventBody[]]): TranscriptItem =>
  rest.reduce(
    (item, body, index) => updateItem(item, buildEvent(body, { seq: index + 2, at: 20 })),
    toItem(buildEvent(first, { seq: 1 }), "key")!,
  );
const endAs = (state: TaskEndState) => toItem(buildEvent(endTask(state), { seq: 9, at: 90 }), "end") as TurnEndItem;

const text = fold(sayText("p", 0, "a"));
const tool = fold(startTool("c"));
const question = fold(askPermission("a1"));
const plan = fold({
  type: "plan.updated",
  entries: [
    { text: "a", status: "done" },
    { text: "b", status: "running" },
    { text: "c", status: "pending" },
  ],
});
const settled = [
  { ...text, isStreaming: false } as TranscriptItem,
  fold(startTool("c"), updateTool("c", "completed", {})),
  fold(askPermission("a1"), answerPermission("a1", "yes")),
  fold(acceptPrompt("go")),
  fold({ type: "notice", level: "info", text: "a" }),
  fold({ type: "plan.updated", entries: [] }),
  fold({ type: "plan.updated", entries: [{ text: "a", status: "done" }] }),
  endAs("failed"),
];

it.each([text, tool, question, plan])("is open: $kind", (item) => {
  expect(isOpen(item)).toBe(true);
});

it.each(settled)("what is settled stays as it is: $kind", (item) => {
  expect(isOpen(item)).toBe(false);
  expect(settleItem(item, { end: endAs("failed"), hasLater: true })).toBe(item);
});

it("text ends with the next item of its task, or with the task; a tool and a question only with the task", () => {
  const later = { end: undefined, hasLater: true };
  expect(settleItem(text, { end: undefined, hasLater: false })).toBe(text);
  expect(settleItem(text, later)).toEqual({ ...text, isStreaming: false });
  expect(settleItem(text, { end: endAs("completed"), hasLater: false })).toEqual({ ...text, isStreaming: false });
  expect(settleItem(tool, later)).toBe(tool);
  expect(settleItem(question, later)).toBe(question);
  expect(settleItem(plan, later)).toBe(plan);
});

it.each([
  ["completed", "cancelled"],
  ["cancelled", "cancelled"],
  ["interrupted", "cancelled"],
  ["failed", "failed"],
] as const)("of a task that ended as %s, a running tool is %s and an open question is cancelled", (state, status) => {
  const context = { end: endAs(state), hasLater: false };
  expect(settleItem(tool, context)).toEqual({ ...tool, status, endedAt: 90 });
  expect(settleItem(plan, context)).toMatchObject({ entries: [{ status: "done" }, { status: "pending" }, { status: "pending" }] });
  expect(settleItem(question, context)).toEqual({ ...question, resolution: { optionId: null, by: "cancelled" } });
});
