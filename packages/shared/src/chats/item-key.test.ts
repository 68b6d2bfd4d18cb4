import * as fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryEvent } from "../testing/arbitrary-events.ts";
import {
  acceptPrompt,
  answerPermission,
  askPermission,
  endTask,
  sayText,
  sayThought,
  setText,
  startTask,
  startTool,
  updateTool,
} from "../testing/build-body.ts";
import { BUILT_IDS, buildEvent } from "../testing/build.ts";
import { CHAT_EVENT_TYPES, type ChatEventBody } from "./chat-event.ts";
import { beginsItem, toItemKey } from "./item-key.ts";
import { toItem } from "./to-item.ts";

const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: null, cost: null, contextUsed: null, contextSize: null };
const cases: { body: ChatEventBody; key: string | null; begins: boolean; keyWithoutTask?: null }[] = [
  { body: acceptPrompt("go"), key: "prompt:task-1", begins: true, keyWithoutTask: null },
  { body: { type: "attachments.given", to: BUILT_IDS.agent, files: [] }, key: "prompt:task-1", begins: false, keyWithoutTask: null },
  { body: sayText("p", 0, "a"), key: "part:p", begins: true },
  { body: sayText("p", 1, "a"), key: "part:p", begins: false },
  { body: sayThought("p", 0, "a"), key: "part:p", begins: true },
  { body: sayThought("p", 1, "a"), key: "part:p", begins: false },
  { body: setText("p", "a"), key: "part:p", begins: true },
  { body: startTool("c"), key: "tool:c", begins: true },
  { body: updateTool("c", "completed", {}), key: "tool:c", begins: false },
  { body: { type: "plan.updated", entries: [] }, key: "plan:task-1", begins: true, keyWithoutTask: null },
  { body: askPermission("a1"), key: "permission:a1", begins: true },
  { body: answerPermission("a1", "yes"), key: "permission:a1", begins: false },
  { body: { type: "notice", level: "info", text: "a" }, key: "notice:7", begins: true },
  { body: endTask("completed"), key: "end:task-1", begins: true, keyWithoutTask: null },
  { body: startTask(), key: null, begins: false },
  { body: { type: "commands.updated", commands: [] }, key: null, begins: false },
  { body: { type: "usage.updated", usage }, key: null, begins: false },
  { body: { type: "session.updated", agentSessionId: "s", title: null }, key: null, begins: false },
  {
    body: { type: "prompt.steered", promptId: "p1" as never, from: "task-9" as never, text: "a" },
    key: "steer:p1",
    begins: true,
  },
  { body: { type: "queue.changed", taskIds: [] }, key: null, begins: false },
  {
    body: { type: "skill.given", name: "review", path: ".claude/skills/review/SKILL.md", text: "a" },
    key: "skill:7",
    begins: true,
  },
  {
    body: { type: "handoff.sent", to: "qwen" as never, from: ["opencode" as never], turns: 2, isAnew: false, text: "a" },
    key: "handoff:7",
    begins: true,
  },
  { body: { type: "checkpoint.taken", when: "before", commit: "c", leftOut: [] }, key: null, begins: false },
  { body: { type: "changes.captured", paths: [], additions: 0, deletions: 0 }, key: null, begins: false },
  { body: { type: "changes.applied", paths: [] }, key: "judgement:7", begins: true },
  { body: { type: "changes.rejected", paths: [] }, key: "judgement:7", begins: true },
  { body: { type: "changes.restored", paths: [] }, key: "judgement:7", begins: true },
  { body: { type: "late_terminal", generation: 1, state: "completed" }, key: null, begins: false },
  { body: { type: "unreadable", originalType: "task.ended" }, key: null, begins: false },
];

it.each(cases)("$body.type: key $key, begins $begins", ({ body, key, begins, keyWithoutTask = key }) => {
  expect(toItemKey(buildEvent(body, { seq: 7 }))).toBe(key);
  expect(toItemKey(buildEvent(body, { seq: 7, taskId: null }))).toBe(keyWithoutTask);
  expect(beginsItem(body)).toBe(begins);
});

it("every type of event is in the table above", () => {
  expect([...new Set(cases.map(({ body }) => body.type))].toSorted()).toEqual(CHAT_EVENT_TYPES.toSorted());
});

it("an event creates an item exactly when `beginsItem` says so, and the item has its key", () => {
  fc.assert(
    fc.property(arbitraryEvent, (event) => {
      const key = toItemKey(event);
      const item = key === null ? null : toItem(event, key);
      expect(item !== null).toBe(key !== null && beginsItem(event.body));
      expect(item?.key ?? key).toBe(key);
    }),
  );
});
