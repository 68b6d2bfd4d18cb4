import { z } from "zod";
import { AGENT_EVENT_TYPES, AgentEvent } from "../agents/agent-event.ts";
import { Attachments, GivenAttachment, ATTACHMENT_LIMITS } from "../attachments/attachment.ts";
import { EVENT_LIMITS } from "../agents/event-limits.ts";
import { Usage } from "../agents/usage.ts";
import { AgentId, ChatId, EpochMs, PromptId, Seq, SessionId, TaskId } from "../ids.ts";
import { MAX_PROMPT_BYTES, TaskCause, TaskEndState, TaskEvidence, TaskKind } from "../tasks/task.ts";
import { ModeId, ModelRef } from "./chat.ts";

const path = z.string().max(EVENT_LIMITS.path);
const paths = z.array(path).max(EVENT_LIMITS.changedPaths);

/** The number of all paths, if `paths` lists only the first. */
const pathCount = z.number().int().optional();

/** What the person did with changes. `undone`: the person took back the edit `editId`. */
const judgement = { paths, pathCount, editId: z.string().max(EVENT_LIMITS.id).optional(), undone: z.boolean().optional() };

/** A fact recorded for the person or the daemon, not for an agent. */
export const ChatFact = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("prompt.accepted"),
    promptId: PromptId,
    agent: AgentId,
    model: ModelRef,
    mode: ModeId,
    kind: TaskKind,
    text: z.string().max(MAX_PROMPT_BYTES),
    /** The files that the prompt carries. Absent: none. */
    attachments: Attachments.optional(),
    /** The removed prompt that this one brings back. Absent: none. */
    again: TaskId.optional(),
  }),
  /** The agent was given words of the person in the middle of a turn, at this place. `from`: the queued task that they were. */
  z.object({ type: z.literal("prompt.steered"), promptId: PromptId, from: TaskId, text: z.string().max(MAX_PROMPT_BYTES) }),
  /** The session's whole queue after the change, in order. */
  z.object({ type: z.literal("queue.changed"), taskIds: z.array(TaskId).max(1_000) }),
  /** What an agent was given of the chat in front of its prompt, because it did not know it. */
  z.object({
    type: z.literal("handoff.sent"),
    to: AgentId,
    /** Whose turns they are. */
    from: z.array(AgentId).max(EVENT_LIMITS.items),
    /** How many turns it did not know; 0 if it is only reminded, because it has no memory of its own. */
    turns: z.number().int(),
    /** True if the agent had known the chat and lost it. */
    isAnew: z.boolean(),
    /** Exactly what it was given; empty if it always gets the whole chat. */
    text: z.string().max(EVENT_LIMITS.handover),
  }),
  /** What an agent was given of the skill that its prompt calls. `text`: exactly that. */
  z.object({ type: z.literal("skill.given"), name: z.string().max(EVENT_LIMITS.id), path, text: z.string().max(EVENT_LIMITS.handover) }),
  /** How the agent was given the files of its prompt, in their order. */
  z.object({ type: z.literal("attachments.given"), to: AgentId, files: z.array(GivenAttachment).max(ATTACHMENT_LIMITS.files) }),
  z.object({ type: z.literal("task.started"), agent: AgentId, model: ModelRef }),
  z.object({ type: z.literal("checkpoint.taken"), when: z.enum(["before", "after"]), commit: z.string().max(64), leftOut: paths }),
  z.object({
    type: z.literal("changes.captured"),
    paths,
    pathCount,
    /** How many of the paths were only staged. Absent: none. */
    staged: z.number().int().nonnegative().optional(),
    additions: z.number().int(),
    deletions: z.number().int(),
  }),
  z.object({ type: z.literal("changes.applied"), ...judgement }),
  z.object({ type: z.literal("changes.rejected"), ...judgement }),
  z.object({ type: z.literal("changes.restored"), ...judgement }),
  z.object({
    type: z.literal("task.ended"),
    state: TaskEndState,
    agent: AgentId,
    /** The model that answered, resolved. Not empty if a model was called. */
    model: ModelRef,
    cause: TaskCause.nullable(),
    evidence: TaskEvidence.nullable(),
    /** Time from start to end; null if the task never started. */
    durationMs: z.number().int().nullable(),
    usage: Usage.nullable(),
    filesChanged: z.number().int(),
    /** How many of them were only staged. Absent: none. */
    filesStaged: z.number().int().nonnegative().optional(),
  }),
  /** An end that arrived for a turn already fenced. It is stored but never applied. */
  z.object({ type: z.literal("late_terminal"), generation: z.number().int(), state: z.string().max(64) }),
  /** A stored event this version cannot read. The original stays in the journal. */
  z.object({ type: z.literal("unreadable"), originalType: z.string().max(EVENT_LIMITS.id) }),
]);
export type ChatFact = z.infer<typeof ChatFact>;

export type ChatEventBody = AgentEvent | ChatFact;
export const ChatEventBody = z.discriminatedUnion("type", [AgentEvent, ChatFact]);
export type ChatEventType = ChatEventBody["type"];

/** All types of event the journal may hold, in schema order. */
export const CHAT_EVENT_TYPES: readonly ChatEventType[] = [...AGENT_EVENT_TYPES, ...ChatFact.options.map(({ shape }) => shape.type.value)];

/** One thing that happened, and its place in the journal. The journal is the only source of truth. */
export const ChatEvent = z.object({
  sessionId: SessionId,
  seq: Seq,
  chatId: ChatId.nullable(),
  taskId: TaskId.nullable(),
  at: EpochMs,
  body: ChatEventBody,
});
export type ChatEvent = z.infer<typeof ChatEvent>;

/** An event not yet in the journal, which assigns its `seq`. */
export type NewChatEvent = Pick<ChatEvent, "chatId" | "taskId" | "at" | "body">;
