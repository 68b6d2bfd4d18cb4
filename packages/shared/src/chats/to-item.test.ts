import { expect, it } from "vitest";
import { AgentId, PermissionId, PromptId } from "../ids.ts";
import { acceptPrompt, endTask, startTool, updateTool } from "../testing/build-body.ts";
import { buildEvent } from "../testing/build.ts";
import type { ChatEventBody } from "./chat-event.ts";
import { toItem } from "./to-item.ts";

const event = buildEvent({ type: "notice", level: "info", text: "a" }, { seq: 7, at: 99 });
const place = { key: "key", firstSeq: 7, lastSeq: 7, taskId: event.taskId, at: 99 };
const begin = (body: ChatEventBody) => toItem({ ...event, body }, "key");
const tool = { ...startTool("c"), name: "bash", kind: "command" as const, title: "Run make", input: { x: 1 } };
const options = [{ id: "yes", label: "Allow", kind: "allow_once" as const }];
const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: null, cost: null, contextUsed: null, contextSize: null };

const cases: { name: string; body: ChatEventBody; item: object }[] = [
  {
    name: "a prompt",
    body: {
      ...acceptPrompt("go"),
      promptId: PromptId.parse("p1"),
      agent: AgentId.parse("qwen"),
      model: "m",
      mode: "auto",
    } as ChatEventBody,
    item: { kind: "prompt", promptId: "p1", agent: "qwen", model: "m", mode: "auto", text: "go" },
  },
  {
    name: "a prompt that calls a skill",
    body: { ...acceptPrompt("/review it"), promptId: PromptId.parse("p1"), agent: AgentId.parse("qwen"), kind: "skill" } as ChatEventBody,
    item: { kind: "prompt", promptId: "p1", agent: "qwen", model: "", mode: "", text: "/review it", isSkill: true },
  },
  {
    name: "text",
    body: { type: "text.delta", partId: "p", offset: 0, text: "a" },
    item: { kind: "text", partId: "p", text: "a", isStreaming: true },
  },
  {
    name: "a thought",
    body: { type: "thought.delta", partId: "p", offset: 0, text: "a" },
    item: { kind: "thought", partId: "p", text: "a", isStreaming: true },
  },
  {
    name: "a whole part at the place of its first delta",
    body: { type: "part.set", partId: "p", kind: "thought", firstSeq: 3, text: "a" },
    item: { kind: "thought", partId: "p", text: "a", isStreaming: true, firstSeq: 3 },
  },
  {
    name: "a whole part without a known place",
    body: { type: "part.set", partId: "p", kind: "text", firstSeq: null, text: "a" },
    item: { kind: "text", partId: "p", text: "a", isStreaming: true },
  },
  {
    name: "a whole part with a later first seq, at its own place",
    body: { type: "part.set", partId: "p", kind: "text", firstSeq: 9, text: "a" },
    item: { kind: "text", partId: "p", text: "a", isStreaming: true },
  },
  {
    name: "a tool with all fields",
    body: { ...tool, argv: ["make", "all"], cwd: "/w/sub", parentCallId: "parent", echo: { mark: "m", extra: 1 } },
    item: {
      kind: "tool",
      callId: "c",
      parentCallId: "parent",
      name: "bash",
      toolKind: "command",
      title: "Run make",
      paths: ["a"],
      argv: ["make", "all"],
      cwd: "/w/sub",
      input: { x: 1 },
      echo: { mark: "m", extra: 1 },
      status: "running",
      result: {},
      endedAt: null,
    },
  },
  {
    name: "a tool with only the required fields",
    body: tool,
    item: {
      kind: "tool",
      callId: "c",
      parentCallId: null,
      name: "bash",
      toolKind: "command",
      title: "Run make",
      paths: ["a"],
      argv: null,
      cwd: null,
      input: { x: 1 },
      echo: null,
      status: "running",
      result: {},
      endedAt: null,
    },
  },
  {
    name: "a plan",
    body: { type: "plan.updated", entries: [{ text: "one", status: "done" }] },
    item: { kind: "plan", entries: [{ text: "one", status: "done" }] },
  },
  {
    name: "a permission with all fields",
    body: {
      type: "permission.requested",
      permissionId: PermissionId.parse("a1"),
      callId: "c",
      title: "Run make?",
      paths: ["b"],
      argv: ["make"],
      cwd: "/w",
      options,
    },
    item: {
      kind: "permission",
      permissionId: "a1",
      title: "Run make?",
      paths: ["b"],
      argv: ["make"],
      cwd: "/w",
      options,
      resolution: null,
    },
  },
  {
    name: "a permission with only the required fields",
    body: { type: "permission.requested", permissionId: PermissionId.parse("a1"), callId: null, title: "Go on?", options },
    item: { kind: "permission", permissionId: "a1", title: "Go on?", paths: [], argv: null, cwd: null, options, resolution: null },
  },
  {
    name: "a notice with a summary",
    body: { type: "notice", level: "info", text: "Summarised", summary: { text: "All", throughTaskId: "task-0" as never } },
    item: { kind: "notice", level: "info", text: "Summarised", summary: { text: "All", throughTaskId: "task-0" } },
  },
  {
    name: "a handover",
    body: { type: "handoff.sent", to: "qwen" as never, from: ["goose" as never], turns: 2, isAnew: false, text: "Told" },
    item: { kind: "handoff", to: "qwen", from: ["goose"], turns: 2, isAnew: false, text: "Told" },
  },
  {
    name: "a notice",
    body: { type: "notice", level: "warning", text: "Careful" },
    item: { kind: "notice", level: "warning", text: "Careful", summary: null },
  },
  {
    name: "changes applied",
    body: { type: "changes.applied", paths: ["a", "b"], editId: "edit_1" },
    item: { kind: "judgement", verb: "applied", paths: ["a", "b"], pathCount: 2, isUndone: false },
  },
  {
    name: "a rejection taken back",
    body: { type: "changes.rejected", paths: ["a"], editId: "edit_2", undone: true },
    item: { kind: "judgement", verb: "rejected", paths: ["a"], pathCount: 1, isUndone: true },
  },
  {
    name: "changes restored",
    body: { type: "changes.restored", paths: ["a"] },
    item: { kind: "judgement", verb: "restored", paths: ["a"], pathCount: 1, isUndone: false },
  },
  {
    name: "the end of a turn",
    body: {
      ...endTask("failed"),
      agent: AgentId.parse("qwen"),
      model: "m",
      cause: "agent_exit",
      evidence: { stderrTail: "no" },
      durationMs: 5,
      usage,
      filesChanged: 2,
    } as ChatEventBody,
    item: {
      kind: "turn_end",
      state: "failed",
      agent: "qwen",
      model: "m",
      cause: "agent_exit",
      evidence: { stderrTail: "no" },
      durationMs: 5,
      usage,
      filesChanged: 2,
      filesStaged: 0,
    },
  },
];

it.each(cases)("$name", ({ body, item }) => {
  expect(begin(body)).toEqual({ ...place, ...item });
});

const beginnings: [string, ChatEventBody][] = [
  ["text that is not the beginning of its part", { type: "text.delta", partId: "p", offset: 1, text: "a" }],
  ["a tool update", updateTool("c", "completed", {})],
  ["a queue", { type: "queue.changed", taskIds: [] }],
];

it.each(beginnings)("%s begins no item", (_, body) => {
  expect(begin(body)).toBeNull();
});
