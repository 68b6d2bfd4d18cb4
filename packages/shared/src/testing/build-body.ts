import type { ToolResult, ToolStatus } from "../agents/agent-event.ts";
import type { ChatEventBody } from "../chats/chat-event.ts";
import { PermissionId } from "../ids.ts";
import type { TaskEndState } from "../tasks/task.ts";
import { BUILT_IDS } from "./build.ts";

/** A complete event body for tests, built from what the test is about. */
type Body<Type extends ChatEventBody["type"]> = Extract<ChatEventBody, { type: Type }>;

export const acceptPrompt = (text: string): Body<"prompt.accepted"> => ({
  type: "prompt.accepted",
  promptId: BUILT_IDS.prompt,
  agent: BUILT_IDS.agent,
  model: "",
  mode: "",
  kind: "message",
  text,
});

export const startTask = (): Body<"task.started"> => ({ type: "task.started", agent: BUILT_IDS.agent, model: "m" });

export const endTask = (state: TaskEndState): Body<"task.ended"> => ({
  type: "task.ended",
  state,
  agent: BUILT_IDS.agent,
  model: "m",
  cause: null,
  evidence: null,
  durationMs: 5,
  usage: null,
  filesChanged: 0,
});

export const sayText = (partId: string, offset: number, text: string): Body<"text.delta"> => ({ type: "text.delta", partId, offset, text });
export const sayThought = (partId: string, offset: number, text: string): Body<"thought.delta"> => ({
  type: "thought.delta",
  partId,
  offset,
  text,
});

/** Builds a whole text part. */
export const setText = (partId: string, text: string, firstSeq: number | null = null): Body<"part.set"> => ({
  type: "part.set",
  partId,
  kind: "text",
  firstSeq,
  text,
});

export const startTool = (callId: string): Body<"tool.started"> => ({
  type: "tool.started",
  callId,
  name: "edit",
  kind: "edit",
  title: "Edit a",
  paths: ["a"],
  input: {},
});

export const updateTool = (callId: string, status: ToolStatus, result: ToolResult): Body<"tool.updated"> => ({
  type: "tool.updated",
  callId,
  status,
  result,
});

export const askPermission = (id: string): Body<"permission.requested"> => ({
  type: "permission.requested",
  permissionId: PermissionId.parse(id),
  callId: null,
  title: "Run ls?",
  options: [],
});

export const answerPermission = (id: string, optionId: string): Body<"permission.resolved"> => ({
  type: "permission.resolved",
  permissionId: PermissionId.parse(id),
  optionId,
  by: "person",
});
