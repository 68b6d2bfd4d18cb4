import { expect, it } from "vitest";
import { TaskId } from "../ids.ts";
import { decideEditPrompt } from "./decide-edit-prompt.ts";
import { MAX_PROMPT_BYTES } from "./task.ts";

const taskId = TaskId.parse("task-1");

it.each([
  ["a waiting prompt may change", { state: "queued", text: "old" }, "new", { kind: "accept" }],
  ["the same text is no change", { state: "queued", text: "old" }, "old", { kind: "unchanged" }],
  [
    "a running task's prompt is final",
    { state: "running", text: "old" },
    "new",
    { fault: { kind: "task_not_queued", taskId, state: "running" } },
  ],
  [
    "an ended task's prompt is final",
    { state: "cancelled", text: "old" },
    "new",
    { fault: { kind: "task_not_queued", taskId, state: "cancelled" } },
  ],
  ["an unknown task is a fault", null, "new", { fault: { kind: "task_not_found", taskId } }],
  ["an empty prompt is refused", { state: "queued", text: "old" }, " \n", { fault: { kind: "prompt_empty" } }],
  ["it may be as large as the limit", { state: "queued", text: "old" }, "é".repeat(MAX_PROMPT_BYTES / 2), { kind: "accept" }],
  [
    "its bytes are limited",
    { state: "queued", text: "old" },
    "é".repeat(MAX_PROMPT_BYTES / 2 + 1),
    { fault: { kind: "prompt_too_large" } },
  ],
] as const)("%s", (_, task, text, expected) => {
  const known = task === null ? null : { ...task, attachments: [] };
  expect(decideEditPrompt({ task: known, attachments: [] }, { taskId, text, attachments: [] })).toMatchObject(expected);
});
