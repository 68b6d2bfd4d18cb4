import { z } from "zod";
import { AttachmentInput, Attachments } from "../attachments/attachment.ts";
import { MAX_COMMENTS } from "../changes/review/line-comment.ts";
import { SkillName } from "../skills/skill.ts";
import { ModeId, ModelRef } from "../chats/chat.ts";
import { AgentId, ChatId, CommentId, EpochMs, PromptId, Seq, SessionId, TaskId } from "../ids.ts";
import { Usage } from "../agents/usage.ts";

export const TaskState = z.enum(["queued", "running", "completed", "failed", "cancelled", "interrupted"]);
export type TaskState = z.infer<typeof TaskState>;

/** How a task can end. */
export const TaskEndState = TaskState.exclude(["queued", "running"]);
export type TaskEndState = z.infer<typeof TaskEndState>;

/** What a queued task that is about to run is doing. */
export const TaskStep = z.enum(["worktree", "setup", "checkpoint", "agent"]);
export type TaskStep = z.infer<typeof TaskStep>;

/** Who asked for a task. `agent`: the agent started it on its own, and its text is empty. */
export const TaskKind = z.enum(["message", "skill", "arena", "mcp", "new_task", "agent"]);

/** Why a task ended without completing. */
export const TaskCause = z.enum([
  "stopped_by_person",
  /** It was given to a running turn instead of running as a turn of its own. */
  "steered",
  "daemon_restart",
  "daemon_shutdown",
  "agent_error",
  "agent_exit",
  "agent_unavailable",
  "login_required",
  "protocol_error",
  "model_unreachable",
  "model_refused",
  "model_rate_limited",
  /** A usage limit that ends at a named time: `evidence.resetsAt`. */
  "usage_limit",
  "model_failed",
  "model_garbage",
  "model_stalled",
  "model_stream_broken",
  /** The answer reached the model's length limit. */
  "model_length",
  /** The model's provider withheld the answer. */
  "model_filtered",
  /** The model's answer was empty. */
  "model_empty",
  /** The output exceeded the limit of one turn or of one answer. */
  "answer_too_long",
  "step_limit",
  "worktree_failed",
  "worktree_gone",
  "project_not_trusted",
  /** The skill that the prompt calls is not there, or cannot be read. */
  "skill_unusable",
  "storage_failed",
  "internal",
]);
export type TaskCause = z.infer<typeof TaskCause>;

/** The evidence for a cause, shown to the person under "why". All fields are optional and bounded. */
export const TaskEvidence = z.object({
  message: z.string().max(4_000).optional(),
  httpStatus: z.number().int().optional(),
  exitCode: z.number().int().optional(),
  signal: z.string().max(32).optional(),
  stderrTail: z.string().max(4_000).optional(),
  lastEvent: z.string().max(200).optional(),
  /** When a usage limit ends. */
  resetsAt: EpochMs.optional(),
});
export type TaskEvidence = z.infer<typeof TaskEvidence>;

/** One accepted prompt: queued, running or ended. Runs at most once. */
export const Task = z.object({
  id: TaskId,
  promptId: PromptId,
  sessionId: SessionId,
  chatId: ChatId,
  agent: AgentId,
  model: ModelRef,
  mode: ModeId,
  kind: TaskKind,
  text: z.string(),
  /** The files that the prompt carries, in the person's order. */
  attachments: Attachments,
  state: TaskState,
  cause: TaskCause.nullable(),
  evidence: TaskEvidence.nullable(),
  usage: Usage.nullable(),
  /** Seq of its `prompt.accepted`: the order of acceptance. */
  acceptedSeq: Seq,
  /**
   * Its place, distinct within the session. While it is queued, a place in the queue: `acceptedSeq` until somebody moves it. From its start
   * on, the seq of `task.started`, so started tasks are in the order in which they ran.
   */
  position: Seq,
  /** The task does not start before this time. */
  notBefore: EpochMs.nullable(),
  /** The turn that these words are meant for, while they wait to be given to it. */
  steers: TaskId.nullable(),
  /** The turn that this one goes on with, after a usage limit. */
  continues: TaskId.nullable(),
  /** How often such a task may go on once more by itself if it meets a limit again. Null for any other task. */
  continuesLeft: z.number().int().nonnegative().nullable(),
  /** True if the person lets it run although a budget is used up. */
  ignoresBudget: z.boolean(),
  /** When the person asked to stop the task, while it has not ended. */
  stopRequestedAt: EpochMs.nullable(),
  createdAt: EpochMs,
  startedAt: EpochMs.nullable(),
  endedAt: EpochMs.nullable(),
});
export type Task = z.infer<typeof Task>;

/** The maximum size of one prompt, in UTF-8 bytes. */
export const MAX_PROMPT_BYTES = 512 * 1024;

/** The most files that one call may name; how many a prompt may carry is `ATTACHMENT_LIMITS.files`. */
export const MAX_NAMED_ATTACHMENTS = 100;

/** The text of a prompt, without lone surrogates. */
export const PromptText = z.string().overwrite((text) => text.toWellFormed());

/**
 * The input of `tasks.send`. The text's limits are checked by a decision, not by this schema, so that each breach is its own fault. A lone
 * surrogate, which a page can send, becomes the replacement character, because strict servers reject any text that contains one.
 */
export const SendPromptInput = z.object({
  promptId: PromptId,
  chatId: ChatId.nullable(),
  sessionId: SessionId.optional(),
  agent: AgentId,
  model: ModelRef.optional(),
  mode: ModeId.optional(),
  text: PromptText,
  /** Files that were stored before. Their number and size are checked by the decision. */
  attachments: z.array(AttachmentInput).max(MAX_NAMED_ATTACHMENTS).optional(),
  kind: TaskKind.exclude(["agent"]).optional(),
  /** The skill that the prompt calls. Its text then begins with the skill's name, behind a slash. */
  skill: SkillName.optional(),
  /** Comments on changed lines that the text contains: they are removed together with the acceptance of the prompt. */
  commentIds: z.array(CommentId).max(MAX_COMMENTS).optional(),
  /** A prompt that was removed from the queue and that this one brings back, to the same place. */
  again: TaskId.optional(),
});
export type SendPromptInput = z.infer<typeof SendPromptInput>;

/** The input of `tasks.steer`. Repeating a `promptId` says nothing twice. */
export const SteerInput = z.object({
  taskId: TaskId,
  text: PromptText,
  promptId: PromptId.optional(),
  commentIds: SendPromptInput.shape.commentIds,
});
export type SteerInput = z.infer<typeof SteerInput>;

/** `into`: the turn that will be given the words; null if it has ended, so they wait as a prompt. */
export type Steered = SentPrompt & { into: TaskId | null };

export const SentPrompt = z.object({ taskId: TaskId, chatId: ChatId, seq: Seq });
export type SentPrompt = z.infer<typeof SentPrompt>;
