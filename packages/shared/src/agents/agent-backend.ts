import type { Agent, AgentModel, BackendKind } from "./agent.ts";
import type { AttachmentTakes } from "../attachments/attachment.ts";
import type { GivenContent } from "../attachments/given-content.ts";
import type { AgentEvent } from "./agent-event.ts";
import type { SlashCommand } from "./commands/slash-command.ts";
import type { Continuity } from "./agent-session-record.ts";
import type { AgentSelf } from "./learning/learned-agent.ts";
import type { Usage } from "./usage.ts";
import type { TranscriptItem } from "../chats/transcript.ts";
import type { AgentId, ChatId, PermissionId, TaskId } from "../ids.ts";
import type { TaskCause, TaskEndState, TaskEvidence } from "../tasks/task.ts";

/** The log a backend may write to. It must never contain prompts, output or secrets. */
export interface BackendLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The conversation that precedes this turn, for agents that keep no memory of their own. */
export interface History {
  /** Returns the last `maxItems` items of the chat before the turn of `beforeTaskId`, oldest first; null: all that has run so far. */
  read(chatId: ChatId, beforeTaskId: TaskId | null, maxItems: number): Promise<readonly TranscriptItem[]>;
}

/** A staged file, as an agent in review mode sees it. */
export interface StagedFile {
  /** A regular file, an executable or a symbolic link. */
  mode: "100644" | "100755" | "120000";
  sizeBytes: number;
}

/** One file to be staged. Its mode stays as it is; a new file is a regular one. */
export type StagedWrite =
  /** `seen`: the content that the new one was made from, null if there was no file; absent if nothing was read. */
  | { path: string; content: Uint8Array; seen?: Uint8Array | null }
  /** The content and the mode of another path, as it is before all writes of the same call. */
  | { path: string; copyOf: string }
  | { path: string; content: null };

/** The staged edits of a session during one turn of an agent. Paths are relative to the worktree and contain no symbolic link. */
export interface StagedView {
  /** What is staged, by path; null is a deletion. Every other path is as it is on disk. */
  list(): Promise<ReadonlyMap<string, StagedFile | null>>;
  /** The content of staged files, at most `maxBytes` of each. Leaves out paths with no staged file. */
  read(paths: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, Uint8Array>>;
  /**
   * Stages all of the files, or none. Faults: `staging_refused`; `file_changed` if a file no longer has the content that was seen; those of
   * git.
   */
  stage(writes: readonly StagedWrite[]): Promise<void>;
}

/** The staged edits, for agents that can work without writing to disk. */
export interface StagedFiles {
  open(turn: { chatId: ChatId; taskId: TaskId; agent: AgentId }): StagedView;
}

/** An OpenAI-compatible model server. */
export interface ModelEndpoint {
  /** `default`, `llama-swap` or `coder`: the part of a model id before the slash; ids of `default` have no such prefix. */
  id: string;
  /** Includes the version path: `http://127.0.0.1:8080/v1`. */
  baseUrl: string;
  apiKey: string | null;
  isScripted: boolean;
}

export interface OpenAgentInput {
  chatId: ChatId;
  agent: AgentId;
  /** Absolute path of the session's worktree. It exists. */
  worktreePath: string;
  /**
   * True if the person allows the repository's own configuration to run: MCP servers, hooks, plugins, commands. If false, the agent starts
   * with all of that disabled; an agent that cannot disable it is refused with `project_not_trusted`.
   */
  projectTrusted: boolean;
  /** The model of the first prompt, for agents that take their model at startup. Empty or absent if not known. */
  model?: string;
  /** The agent's own id of an earlier context of this chat; the agent resumes it if it can. */
  resume: string | null;
  /** A notice for the first turn, about how the conversation came to be opened. */
  news?: string;
  /** Environment for the agent and every process it starts, already reduced to the allow-list. */
  env: Readonly<Record<string, string>>;
}

/** A file of the worktree that a prompt mentions, as a path after `@` in its text. */
export interface MentionedFile {
  /** Relative to the worktree. */
  path: string;
  absolutePath: string;
  isFolder: boolean;
}

export interface PromptInput {
  taskId: TaskId;
  /** Fences turns: an end that carries another generation does not belong to this turn. */
  generation: number;
  /** As the person wrote it. */
  text: string;
  /** The files that `text` mentions and that are there, to be given to the agent in the form that it understands. Absent if there are none. */
  files?: readonly MentionedFile[];
  /** The files that the prompt carries, each in the form that was decided for this agent. Absent if there are none. */
  attachments?: readonly GivenContent[];
  /**
   * What the agent has missed of the chat, and the skill that the prompt calls, to be given in front of `text`: as a part of its own where the wire allows it, otherwise with
   * `withHandover`. It is never emitted as something that anyone said. Absent if there is nothing to tell; an agent that reads `History` is
   * given only skills.
   */
  handover?: string;
  /**
   * Returns the handover of the whole chat, with the skill, for a context that turns out to be lost only now; it replaces `handover`. Null: there is
   * nothing to tell. Call it once the agent has begun a new context, and at most once in a turn.
   */
  retell?: () => Promise<string | null>;
  /** Empty: the agent's default. */
  model: string;
  mode: string;
  /**
   * Called in order, and never after the turn's promise has settled. If it returns a promise, that promise resolves once there is room for
   * more events: a backend that awaits it before reading on is slowed to the speed of the disk.
   */
  emit: (event: AgentEvent) => void | Promise<void>;
  /**
   * Present only for a backend that `waitsToAct`: resolves once the worktree's state before the turn is stored. Until then the turn may
   * talk to its model, but it writes and runs nothing. Rejects if that state cannot be stored; the turn then ends as failed.
   */
  mayAct?: Promise<void>;
}

/** How a turn ended. An agent's failure is reported only here: `prompt` never rejects because of it. */
export interface TurnEnd {
  state: TaskEndState;
  cause: TaskCause | null;
  evidence: TaskEvidence | null;
  usage: Usage | null;
  /** The model that answered, resolved. */
  model: string;
}

/** Limits how often a program that keeps dying is restarted. */
export interface RestartBreaker {
  /** Throws the fault `agent_unavailable` while restarts are blocked. */
  check(): void;
  /** Records that the program exited on its own or failed to start. */
  died(livedMs: number): void;
}

/** An agent's live context for one chat. */
export interface AgentConversation {
  /**
   * The agent's own id of its context. Equal to `OpenAgentInput.resume` if and only if that context is continued; null if the agent has none
   * yet, or never has one.
   */
  readonly agentSessionId: string | null;
  /** `history`: the backend itself gives the agent the whole chat with every prompt, from `History`. */
  readonly continuity: Continuity;
  /** False if the agent's context ends with its process. Absent: it can be resumed by its id, or there is no id. */
  readonly canResume?: boolean;
  /** Returns what the agent takes besides words with this model. Bounded in time; never rejects. Absent: only words. */
  takes?(model: string): AttachmentTakes | Promise<AttachmentTakes>;
  /** Settles exactly once. Only one turn runs at a time; calling this during a turn is a programming error. */
  prompt(input: PromptInput): Promise<TurnEnd>;
  /** Asks the running turn to end; it then settles as `cancelled`. Does nothing if no turn is running. Idempotent. */
  cancel(): Promise<void>;
  /**
   * Gives the running turn words of the person, before the agent's next request to its model. Resolves true once the agent has them; false if
   * it cannot have them in this turn, or `take` said null. Absent if the agent takes no words during a turn. Never rejects.
   *
   * `take` is called once, directly before the agent gets the words: it puts them in the journal at this place of the turn and returns them as
   * they are now, or null if the person has taken them back. After it returned them, the words count as said: a false is then told, and they
   * wait as a prompt.
   */
  steer?(text: string, take: () => Promise<string | null>): Promise<boolean>;
  /**
   * Sends the agent the answer to a `permission.requested` event, by that event's own id and one of its options; null means the question
   * was cancelled and nobody will answer. Does nothing for a question that is unknown or settled. May be called more than once. Rejects if
   * the answer could not be delivered.
   */
  answerPermission(permissionId: PermissionId, optionId: string | null): Promise<void>;
  /**
   * Returns the agent's own record of a task's turn from the beginning, as the events that turn would have emitted. Used when our turn
   * broke off while the agent went on. Absent if the agent keeps no record; returns an empty list if it does not know the task. Rejects if
   * the agent cannot be asked.
   */
  recall?(taskId: TaskId): Promise<readonly AgentEvent[]>;
  /**
   * Preloads what the first turn in this folder would have to load, if that takes time. Emits, counts and stores nothing, and does not
   * delay a prompt sent meanwhile. Never rejects.
   */
  warmUp?(): Promise<void>;
  /**
   * Memory of the agent's processes in bytes, including processes shared with other chats; null if it cannot be measured. Absent if the
   * agent has no process of its own. Never rejects.
   */
  rssBytes?(): Promise<number | null>;
  /** True once what it runs on is outdated, so that the next prompt is better opened anew, with the same context. Absent: never. */
  readonly isOutdated?: boolean;
  /** The program that it shares with other chats, by its id in `AgentBackend.shared`; absent if it shares none. */
  readonly sharedId?: string;
  /**
   * Registers `began`, which is called when the agent starts something no prompt asked for, and again until it is followed. Its events are
   * held back until then. Absent if the agent never acts on its own.
   */
  onUnasked?(began: () => void): void;
  /** Runs the agent's unprompted activity as a turn, from its start until the agent is quiet. Settles as `prompt` does. */
  follow?(input: Pick<PromptInput, "taskId" | "generation" | "emit">): Promise<TurnEnd>;
  /** Registers `tell`, which is called with the agent's commands as soon as they are known, and whenever they change. Absent if it has none. */
  onCommands?(tell: (commands: readonly SlashCommand[]) => void): void;
  /**
   * Has the agent read its settings of the folder anew, such as its commands, if they have changed, `mayRead` agrees, and nothing of it runs
   * there. What it finds is told as by `onCommands`. Absent: it notices by itself, or reads them only as it starts. Never rejects.
   */
  renew?(mayRead: () => Promise<boolean>): Promise<void>;
  /** Ends the agent's processes. A running turn settles first, as `interrupted`. Idempotent. */
  close(): Promise<void>;
  /** Resolves when the context is gone, because `close` was called or the process died. */
  readonly closed: Promise<void>;
}

/** Where and how an agent is asked for what it is, without a prompt. */
export interface LearnInput {
  /** An empty folder that is no project. */
  folder: string;
  env: OpenAgentInput["env"];
  /** Ends the question and its program. */
  signal: Interruption;
}

/** What can end something early: the part of the platform's `AbortSignal` that is needed for it. */
export interface Interruption {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What an agent reports about itself. */
export interface AgentDetails {
  /** Null if not reported. */
  version: string | null;
  /** The first one is the default. */
  modes: Agent["modes"];
  /** What it takes besides words, unless the model decides. Absent: only words. */
  takes?: AttachmentTakes;
}

/** Programs that serve several chats. */
export interface SharedPrograms {
  /** Those that run now, whether a chat uses them or not. */
  list(): readonly { id: string; agent: AgentId; rssBytes(): Promise<number | null> }[];
  /** Ends those that no chat uses, and resolves when they are gone. */
  endUnused(): Promise<void>;
}

/** A way to drive one kind of agent. It translates and does nothing else. */
export interface AgentBackend {
  readonly kind: BackendKind;
  /**
   * True if opening a conversation starts no program and its turns wait for `PromptInput.mayAct`. The checkpoint before a turn is then taken
   * while the model is already being asked.
   */
  readonly waitsToAct?: boolean;
  open(input: OpenAgentInput): Promise<AgentConversation>;
  /**
   * Starts what all conversations share, before there is one. It loads nothing from any repository. Absent if opening a conversation is
   * fast and needs no warm-up. Rejects as `open` does.
   */
  start?(env: Readonly<Record<string, string>>): Promise<void>;
  /** Absent if every conversation has a process of its own, or none. */
  readonly shared?: SharedPrograms;
  /** Lists the models available now. Bounded in time; an endpoint that is down contributes none. */
  listModels(): Promise<readonly AgentModel[]>;
  /**
   * Returns the model that a prompt without one goes to now, and why there is none; empty if none is known. Bounded in time. Absent: the agent
   * chooses by itself. Never rejects.
   */
  findDefaultModel?(): Promise<{ model: string; problem: string | null }>;
  /**
   * Starts the agent without a prompt, asks what it is, and ends it. Leaves no process behind, and no session in the agent's own list where
   * the agent can forget one. Rejects as `open` does, or once it has ended because of the signal. Absent if there is nothing to ask.
   */
  learn?(input: LearnInput): Promise<AgentSelf>;
  /** Takes what `learn` found in an earlier run of the daemon, unless the agent has reported something since. */
  recallSelf?(self: Omit<AgentSelf, "commands">): void;
  /** What the agent has reported about itself so far. If absent, only the static description is known. */
  details?(): AgentDetails;
  close(): Promise<void>;
}
