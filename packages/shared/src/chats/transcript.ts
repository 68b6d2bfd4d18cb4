import type { Attachment, GivenAttachment } from "../attachments/attachment.ts";
import type { CallEcho, PartKind, ToolKind, ToolResult, ToolStatus } from "../agents/agent-event.ts";
import type { Usage } from "../agents/usage.ts";
import type { AgentId, ChatId, EpochMs, PermissionId, PromptId, Seq, TaskId } from "../ids.ts";
import type { TaskCause, TaskEndState, TaskEvidence } from "../tasks/task.ts";
import type { ChatEvent } from "./chat-event.ts";

interface ItemPlace {
  /** Unique within the chat, derived from the event's own ids; see `toItemKey`. */
  key: string;
  /** Its place: the seq of the event that began it. */
  firstSeq: Seq;
  /** Seq of the newest event folded into it. */
  lastSeq: Seq;
  taskId: TaskId | null;
  at: EpochMs;
}

export type PromptItem = ItemPlace & {
  kind: "prompt";
  promptId: PromptId;
  agent: AgentId;
  model: string;
  mode: string;
  text: string;
  /** It calls a skill, by the name at its beginning. Absent: it does not. */
  isSkill?: true;
  /** The files that it carries. Absent: none. */
  attachments?: readonly Attachment[];
  /** How the agent was given them. Absent before its turn. */
  given?: { to: AgentId; files: readonly GivenAttachment[] };
  /** The removed prompt that this one brings back. Absent: none. */
  again?: TaskId;
};
/** Words of the person that the agent was given in the middle of a turn. `from`: the task that they were while they waited. */
export type SteerItem = ItemPlace & { kind: "steer"; promptId: PromptId; from: TaskId; text: string };
/** `isStreaming` ends with the next item of the task, or with the task. */
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
  /** Data the model server expects back with this call. */
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
  /** Files the tool would touch: relative to the worktree, or absolute if outside it. */
  paths: readonly string[];
  argv: readonly string[] | null;
  cwd: string | null;
  options: readonly { id: string; label: string; kind: string }[];
  resolution: { optionId: string | null; by: "person" | "rule" | "cancelled" } | null;
};
export type NoticeItem = ItemPlace & {
  kind: "notice";
  level: "info" | "warning";
  text: string;
  /** What the agent goes on with in place of all turns up to and including that of `throughTaskId`; absent if only the agent knows. */
  summary: { text: string; throughTaskId?: TaskId | undefined } | null;
};
/** What an agent was given of the chat in front of its prompt. */
export type HandoffItem = ItemPlace & {
  kind: "handoff";
  to: AgentId;
  from: readonly AgentId[];
  turns: number;
  /** True if the agent had known the chat and lost it. */
  isAnew: boolean;
  text: string;
};
/** What an agent was given of the skill that its prompt calls. */
export type SkillItem = ItemPlace & { kind: "skill"; name: string; path: string; text: string };
/** What the person did with changes, or took back. */
export type JudgementItem = ItemPlace & {
  kind: "judgement";
  verb: "applied" | "rejected" | "restored";
  /** The first paths, or all. */
  paths: readonly string[];
  pathCount: number;
  isUndone: boolean;
};
/** The footer of a turn: how and why it ended. */
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
  /** How many of them were only staged. */
  filesStaged: number;
};

export type TranscriptItem =
  | PromptItem
  | SteerItem
  | PartItem
  | ToolItem
  | PlanItem
  | PermissionItem
  | NoticeItem
  | HandoffItem
  | SkillItem
  | JudgementItem
  | TurnEndItem;

/** One chat's events, folded for reading. Derived from the journal, which is the truth. */
export interface Transcript {
  chatId: ChatId;
  /** Seq of the newest session event seen, of this chat or another. */
  seq: Seq;
  items: readonly TranscriptItem[];
  /** The task running in this chat, according to its events. */
  runningTaskId: TaskId | null;
  /** Usage of the running turn so far. */
  usage: Usage | null;
  commands: readonly { name: string; description: string }[];
  /** Items that begin before this seq are not loaded yet; it is the `before` of the next page. 0: everything is loaded. */
  startsAt: Seq;
  /** Events that may belong to items not loaded yet. They are folded in when that page is read. */
  strays: readonly ChatEvent[];
}

/** The response of `chats.transcript`. */
export interface TranscriptPage {
  /** Oldest first. `firstSeq` of the first item is the `before` of the next page. */
  items: readonly TranscriptItem[];
  /**
   * Prompts from before the first item, so that no answer lacks its question: those of tasks with items on this page and, on the newest
   * page, those of tasks that have not ended. Absent if there are none.
   */
  prompts?: readonly PromptItem[];
  /** The page includes everything up to here; subscribe from here. */
  seq: Seq;
  hasMore: boolean;
  runningTaskId: TaskId | null;
}
