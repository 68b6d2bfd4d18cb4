import { z } from "zod";
import { AgentEvent } from "../agents/agent-event.ts";
import { Usage } from "../agents/usage.ts";
import { AgentId, ChatId, EpochMs, PromptId, Seq, SessionId, TaskId } from "../ids.ts";
import { TaskCause, TaskEvidence, TaskKind } from "../tasks/task.ts";
import { ModeId, ModelRef } from "./chat.ts";

const paths = z.array(z.string());

/** A fact of the person's or the daemon's. */
export const ChatFact = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("prompt.accepted"),
    promptId: PromptId,
    agent: AgentId,
    model: ModelRef,
    mode: ModeId,
    kind: TaskKind,
    text: z.string(),
  }),
  /** The session's whole queue, in order, after the change. */
  z.object({ type: z.literal("queue.changed"), taskIds: z.array(TaskId) }),
  z.object({ type: z.literal("handoff.sent"), from: AgentId, turns: z.number().int() }),
  z.object({ type: z.literal("task.started"), agent: AgentId, model: ModelRef }),
  z.object({ type: z.literal("checkpoint.taken"), when: z.enum(["before", "after"]), commit: z.string(), leftOut: paths }),
  z.object({ type: z.literal("changes.captured"), paths, additions: z.number().int(), deletions: z.number().int() }),
  z.object({ type: z.literal("changes.applied"), paths }),
  z.object({ type: z.literal("changes.rejected"), paths }),
  z.object({ type: z.literal("changes.restored"), paths }),
  z.object({
    type: z.literal("task.ended"),
    state: z.enum(["completed", "failed", "cancelled", "interrupted"]),
    agent: AgentId,
    /** The model that answered, resolved: never empty where one was asked. */
    model: ModelRef,
    cause: TaskCause.nullable(),
    evidence: TaskEvidence.nullable(),
    /** From start to end; null where it never started. */
    durationMs: z.number().int().nullable(),
    usage: Usage.nullable(),
    filesChanged: z.number().int(),
  }),
  /** An end that came for a turn already fenced: stored, never applied. */
  z.object({ type: z.literal("late_terminal"), generation: z.number().int(), state: z.string() }),
  /** A stored event this program cannot read; the original stays in the journal. */
  z.object({ type: z.literal("unreadable"), originalType: z.string() }),
]);
export type ChatFact = z.infer<typeof ChatFact>;

export type ChatEventBody = AgentEvent | ChatFact;
export const ChatEventBody = z.union([AgentEvent, ChatFact]);
export type ChatEventType = ChatEventBody["type"];

/** Something that happened, with its place: the only truth about what happened. */
export const ChatEvent = z.object({
  sessionId: SessionId,
  seq: Seq,
  chatId: ChatId.nullable(),
  taskId: TaskId.nullable(),
  at: EpochMs,
  body: ChatEventBody,
});
export type ChatEvent = z.infer<typeof ChatEvent>;

/** An event on its way to the journal, which gives it its `seq`. */
export type ChatEventDraft = Pick<ChatEvent, "chatId" | "taskId" | "at" | "body">;
