import { expect, it } from "vitest";
import { TaskId } from "../ids.ts";
import { decideEditPrompt } from "./decide-edit-prompt.ts";
import { MAX_PROMPT_BYTES } from "./task.ts";

const taskId = TaskId.parse("task-1");

it.each([
  ["a waiting prompt may change", { state: "queued", text: "old" }, "new", { kind: "accept" }],
  ["the same text is no change", { state: "queued", text: "old" }, "old", { kind: "unchanged" }],
  ["a running one stays", { state: "running", text: "old" }, "new", { fault: { kind: "task_not_queued", taskId, state: "running" } }],
  ["an ended one stays", { state: "cancelled", text: "old" }, "new", { fault: { kind: "task_not_queued", taskId, state: "cancelled" } }],
  ["an unknown one is said so", null, "new", { fault: { kind: "task_not_found", taskId } }],
  ["a prompt says something", { state: "queued", text: "old" }, " \n", { fault: { kind: "prompt_empty" } }],
  ["it may be as large as the limit", { state: "queued", text: "old" }, "é".repeat(MAX_PROMPT_BYTES / 2), { kind: "accept" }],
  [
    "its bytes are limited",
    { state: "queued", text: "old" },
    "é".repeat(MAX_PROMPT_BYTES / 2 + 1),
    { fault: { kind: "prompt_too_large" } },
  ],
] as const)("%s", (_, task, text, expected) => {
  expect(decideEditPrompt({ task }, { taskId, text })).toMatchObject(expected);
});
