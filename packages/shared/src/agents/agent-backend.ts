import type { Agent, AgentModel, BackendKind } from "./agent.ts";
import type { AgentEvent } from "./agent-event.ts";
import type { Continuity } from "./agent-session-record.ts";
import type { Usage } from "./usage.ts";
import type { TranscriptItem } from "../chats/transcript.ts";
import type { AgentId, ChatId, PermissionId, TaskId } from "../ids.ts";
import type { TaskCause, TaskEndState, TaskEvidence } from "../tasks/task.ts";

/** What a backend may write to the log. Never prompts, never output, never secrets. */
export interface BackendLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What was said in a chat before this turn, for agents that keep no memory of their own. */
export interface History {
  /** Items of the chat up to, and without, `beforeTaskId`, oldest first, bounded by `maxItems` from the end. */
  read(chatId: ChatId, beforeTaskId: TaskId, maxItems: number): Promise<readonly TranscriptItem[]>;
}

/** Where an OpenAI-compatible model answers. */
export interface ModelEndpoint {
  /** `default`, `llama-swap` or `coder`: what stands before the slash of a model's id, except for `default`. */
  id: string;
  /** With its version path: `http://127.0.0.1:8080/v1`. */
  baseUrl: string;
  apiKey: string | null;
  isScripted: boolean;
}

export interface OpenAgentInput {
  chatId: ChatId;
  agent: AgentId;
  /** The session's worktree: absolute, existing. */
  worktreePath: string;
  /**
   * The person lets the repository's own configuration run: MCP servers, hooks, plugins, commands. Where this is false, an agent is
   * started with all of that off; one that cannot be is refused with `project_not_trusted`.
   */
  projectTrusted: boolean;
  /** What the first prompt asks for, empty or absent where that is not known: an agent that is started for a model is started for it. */
  model?: string;
  /** The agent's own id for an earlier context of this chat, to resume where the agent can. */
  resume: string | null;
  /** Environment for the agent and everything it starts, already reduced to the allow-list. */
  env: Readonly<Record<string, string>>;
}

export interface PromptInput {
  taskId: TaskId;
  /** The fence: an end of another generation is never this turn's. */
  generation: number;
  text: string;
  /** Empty means the agent's default. */
  model: string;
  mode: string;
  /**
   * Called in order, never after the turn's promise has settled. What it returns, if anything, resolves once there is room for
   * more: a backend that awaits it before it reads on is slowed to what the disk takes.
   */
  emit: (event: AgentEvent) => void | Promise<void>;
}

/** How a turn ended. The one way an agent's failure is told: `prompt` never rejects for it. */
export interface TurnEnd {
  state: TaskEndState;
  cause: TaskCause | null;
  evidence: TaskEvidence | null;
  usage: Usage | null;
  /** What answered, resolved. */
  model: string;
}

/** Limits how often a program that dies is started again. */
export interface RestartBreaker {
  /** Throws the fault `agent_unavailable` while it is not to be started. */
  check(): void;
  /** It ended by itself, or did not start. */
  died(livedMs: number): void;
}

/** An agent's live context for one chat. */
export interface AgentConversation {
  readonly agentSessionId: string | null;
  readonly continuity: Continuity;
  /** Settles exactly once. One prompt at a time; a second one while a turn runs is a programming error. */
  prompt(input: PromptInput): Promise<TurnEnd>;
  /** Asks the running turn to end, which then settles as `cancelled`. Without a turn: nothing. Idempotent. */
  cancel(): Promise<void>;
  /**
   * Tells the agent what became of a question it asked by `permission.requested`, with that event's own id and one of its options;
   * null: cancelled, nobody will answer. A question that is unknown or settled: nothing. May come more than once. Rejects where
   * the agent could not be told.
   */
  answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void>;
  /**
   * What the agent has written down of a task's turn, from its beginning, as that turn would have emitted it: for one that broke off
   * while the agent went on. Absent where it keeps nothing; empty where it knows nothing of it. Rejects where it cannot be asked.
   */
  recall?(taskId: TaskId): Promise<readonly AgentEvent[]>;
  /**
   * Loads now what the first turn in this folder would have to load, where that takes time. Nothing of it is emitted, counted or
   * remembered, and a prompt that comes meanwhile does not wait for it. Never rejects.
   */
  warmUp?(): Promise<void>;
  /** The memory of its processes, in bytes, also of those that other chats share; null where that cannot be told. Absent where it has none. Never rejects. */
  rssBytes?(): Promise<number | null>;
  /**
   * `began` is called when the agent begins something that no prompt asked for, and again while nobody has followed it. What it does is
   * held until then. Absent where it does nothing by itself.
   */
  onUnasked?(began: () => void): void;
  /** What the agent does by itself, from where it began until it is quiet, as a turn of its own: settles as `prompt` does. */
  follow?(input: Pick<PromptInput, "taskId" | "generation" | "emit">): Promise<TurnEnd>;
  /** Ends its processes. A running turn settles first, as `interrupted`. Idempotent. */
  close(): Promise<void>;
  /** Resolves when the context is gone, by `close` or by its process dying. */
  readonly closed: Promise<void>;
}

/** What an agent says of itself. */
export interface AgentDetails {
  /** Null where it has not said. */
  version: string | null;
  /** The one that an unchosen mode means stands first. */
  modes: Agent["modes"];
}

/** A way to drive one kind of agent. Translates, nothing else. */
export interface AgentBackend {
  readonly kind: BackendKind;
  open(input: OpenAgentInput): Promise<AgentConversation>;
  /**
   * Gets ready what all conversations share, before there is one: nothing of any repository's. Absent where opening takes no time, and
   * there is nothing to warm. Rejects as `open` does.
   */
  start?(env: Readonly<Record<string, string>>): Promise<void>;
  /** What can be picked now. Bounded in time; an endpoint that is down gives none. */
  listModels(): Promise<readonly AgentModel[]>;
  /** What the agent has told of itself so far; without this, what is known of it beforehand is all there is. */
  details?(): AgentDetails;
  close(): Promise<void>;
}
