import type { CallEcho, PartKind, ToolKind, ToolResult, ToolStatus } from "../agents/agent-event.ts";
import type { Usage } from "../agents/usage.ts";
import type { AgentId, ChatId, EpochMs, PermissionId, PromptId, Seq, TaskId } from "../ids.ts";
import type { TaskCause, TaskEndState, TaskEvidence } from "../tasks/task.ts";
import type { ChatEvent } from "./chat-event.ts";

interface ItemPlace {
  /** Unique in the chat, made from the event's own ids: see `toItemKey`. */
  key: string;
  /** Where it stands: the seq of the event that began it. */
  firstSeq: Seq;
  /** The newest event folded into it. */
  lastSeq: Seq;
  taskId: TaskId | null;
  at: EpochMs;
}

export type PromptItem = ItemPlace & { kind: "prompt"; promptId: PromptId; agent: AgentId; model: string; mode: string; text: string };
/** `isStreaming` ends with the next item of its task or with the task. */
export type PartItem = ItemPlace & { kind: PartKind; partId: string; text: string; isStreaming: boolean };
export type ToolItem = ItemPlace & {
  kind: "tool";
  callId: string;
  parentCallId: string | null;
  name: string;
  toolKind: ToolKind;
  title: string;
  paths: readonly string[];
  argv: readonly string[] | null;
  cwd: string | null;
  input: unknown;
  /** What the model's server wants back with this call. */
  echo: CallEcho | null;
  status: ToolStatus;
  result: ToolResult;
  endedAt: EpochMs | null;
};
export type PlanItem = ItemPlace & { kind: "plan"; entries: readonly { text: string; status: "pending" | "running" | "done" }[] };
export type PermissionItem = ItemPlace & {
  kind: "permission";
  permissionId: PermissionId;
  title: string;
  /** Files it would touch, relative to the worktree; one outside of it is absolute. */
  paths: readonly string[];
  argv: readonly string[] | null;
  cwd: string | null;
  options: readonly { id: string; label: string; kind: string }[];
  resolution: { optionId: string | null; by: "person" | "rule" | "cancelled" } | null;
};
export type NoticeItem = ItemPlace & { kind: "notice"; level: "info" | "warning"; text: string };
/** The foot of a turn: how and why it ended. */
export type TurnEndItem = ItemPlace & {
  kind: "turn_end";
  state: TaskEndState;
  agent: AgentId;
  model: string;
  cause: TaskCause | null;
  evidence: TaskEvidence | null;
  durationMs: number | null;
  usage: Usage | null;
  filesChanged: number;
};

export type TranscriptItem = PromptItem | PartItem | ToolItem | PlanItem | PermissionItem | NoticeItem | TurnEndItem;

/** One chat's events, folded for reading. Derived: the journal is the truth. */
export interface Transcript {
  chatId: ChatId;
  /** The newest event of the session seen, of this chat or not. */
  seq: Seq;
  items: readonly TranscriptItem[];
  /** The task running in this chat, by its events. */
  runningTaskId: TaskId | null;
  /** What the running turn used so far. */
  usage: Usage | null;
  commands: readonly { name: string; description: string }[];
  /** Items that begin before this seq are not here yet: what to ask the next page for as `before`. 0: everything is here. */
  startsAt: Seq;
  /** Events that may belong to items that are not here yet: folded in when their page is read. */
  strays: readonly ChatEvent[];
}

/** What `chats.transcript` answers. */
export interface TranscriptPage {
  /** Oldest first. `firstSeq` of the first one is the `before` of the next page. */
  items: readonly TranscriptItem[];
  /**
   * Prompts that stand before the first item: of the tasks it has items of, and on the newest page of those that are not over yet.
   * No answer is without its question. Absent: there are none.
   */
  prompts?: readonly PromptItem[];
  /** Everything up to here is in; subscribe from here. */
  seq: Seq;
  hasMore: boolean;
  runningTaskId: TaskId | null;
}
