import type { AgentSessionRecord } from "@boocode/shared/agents/agent-session-record";
import type { BackendKind } from "@boocode/shared/agents/agent";
import { decideAcquire } from "@boocode/shared/agents/decide-acquire";
import { decideLifecycle, type PoolLimits } from "@boocode/shared/agents/decide-lifecycle";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../platform/time.ts";
import type { Logger } from "../platform/logger.ts";
import { toWorkMark } from "../platform/processes/work-mark.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import { hashAgentConfig } from "./hash-agent-config.ts";
import { openInTime } from "./open-in-time.ts";

export interface AgentPoolDeps {
  backends: BackendRegistry;
  time: Time;
  logger: Logger;
  limits: PoolLimits;
  /** The environment of agents and everything they start: the allow-list and the markers. */
  env: Readonly<Record<string, string>>;
  /** Environment variables that keep git in an untrusted project's folder from running programs that its repository names. */
  gitVariables?(cwd: string): Promise<Readonly<Record<string, string>>>;
  /** Called when a conversation becomes warm, idle or cold. */
  onChanged(sessionId: SessionId, chatId: ChatId): void;
  /** Called with a continued context before its first turn, which waits for it. Never rejects. */
  onResumed?(input: AcquireInput, conversation: AgentConversation): Promise<void>;
}

export interface AcquireInput {
  chatId: ChatId;
  agent: AgentId;
  sessionId: SessionId;
  worktree: Worktree;
  /** True if programs from the repository may start; a conversation opened with the other value is not reused. */
  projectTrusted: boolean;
  /** The model that the turn requests, if any. */
  model?: string;
  /** The stored record of the agent's context for this chat. */
  record: AgentSessionRecord | null;
}

/** A conversation reserved for one turn. Return it with `release` or `discard`. */
export interface Lease {
  conversation: AgentConversation;
  backend: BackendKind;
  configHash: string;
}

interface Live {
  id: string;
  chatId: ChatId;
  sessionId: SessionId;
  agent: AgentId;
  configHash: string;
  backend: BackendKind;
  conversation: AgentConversation | null;
  phase: { kind: "starting" } | { kind: "busy" } | { kind: "idle"; since: number };
  /** True if the conversation is to be closed when its turn is over. */
  isRetired: boolean;
}

const SWEEP_MS = 30_000;

/** Keeps agents' conversations warm between turns: one per chat and agent, limited in number and idle time. */
export class AgentPool {
  readonly #deps: AgentPoolDeps;
  readonly #live = new Map<string, Live>();
  readonly #unasked = new Set<(place: { chatId: ChatId; agent: AgentId }) => void>();
  readonly #warming = new Map<string, Promise<void>>();
  /** Conversations that are closing and no longer listed; a shutdown waits for them too. */
  readonly #ending = new Set<Promise<void>>();
  #stopSweeping: () => void;
  #isClosed = false;

  constructor(deps: AgentPoolDeps) {
    this.#deps = deps;
    this.#stopSweeping = this.#sweepLater();
  }

  /** Returns a conversation for one turn, a warm one if it exists. Faults: `agent_unavailable`, or the backend's own error. */
  async acquire(input: AcquireInput): Promise<Lease> {
    const id = keyOf(input.chatId, input.agent);
    // A warm-up is already opening it: reuse it.
    const warming = this.#warming.get(id);
    if (warming) await warming;
    return this.#acquire(id, input);
  }

  /**
   * Opens a conversation before it is requested and lets it load what its first turn would need; does nothing if the chat already has one.
   * A turn that starts meanwhile gets this conversation, and waits only until it is open. Rejects as {@link acquire} does.
   */
  async warmUp(input: AcquireInput): Promise<void> {
    const id = keyOf(input.chatId, input.agent);
    if (this.#warming.has(id) || this.#live.has(id)) return;
    // The pool may have filled up since the caller decided: never evict another conversation for this one.
    if (this.#live.size >= this.#deps.limits.maxLive) return;
    const opening = this.#acquire(id, input).then((lease) => {
      this.release(lease);
      return lease.conversation;
    });
    const warming = opening
      .then(
        () => {},
        () => {},
      )
      .finally(() => this.#warming.delete(id));
    this.#warming.set(id, warming);
    await (await opening).warmUp?.();
  }

  /** Returns whether an agent's turns can begin before the worktree's state is stored; see `AgentBackend.waitsToAct`. */
  waitsToAct(agent: AgentId): boolean {
    return this.#deps.backends.find(agent)?.waitsToAct === true;
  }

  async #acquire(id: string, input: AcquireInput): Promise<Lease> {
    if (this.#isClosed) throw new DomainError({ kind: "shutting_down" });
    const backend = this.#deps.backends.forAgent(input.agent);
    const configHash = hashAgentConfig(this.#deps.env, input);
    const live = this.#live.get(id);
    if (live && live.phase.kind !== "idle") throw new Error(`The conversation ${id} is in use`);
    const decision = decideAcquire({ live: live ? { configHash: live.configHash } : null, record: input.record, configHash });
    if (live?.conversation && decision.kind === "reuse") {
      live.phase = { kind: "busy" };
      return { conversation: live.conversation, backend: live.backend, configHash };
    }
    if (live) await this.#end(live);
    const entry: Live = {
      id,
      chatId: input.chatId,
      sessionId: input.sessionId,
      agent: input.agent,
      configHash,
      backend: backend.kind,
      conversation: null,
      phase: { kind: "starting" },
      isRetired: false,
    };
    this.#live.set(id, entry);
    try {
      const resume = decision.kind === "resume" ? decision.agentSessionId : null;
      const { chatId, sessionId, agent, projectTrusted, model = "" } = input;
      const worktreePath = input.worktree.path;
      // The native agent restricts git before each command instead.
      const isGuarded = !projectTrusted && backend.kind !== "native";
      const guards = isGuarded ? await this.#deps.gitVariables?.(worktreePath) : {};
      const env = { ...this.#deps.env, ...guards, ...toWorkMark(sessionId, chatId) };
      const opened = backend.open({ chatId, agent, worktreePath, projectTrusted, model, resume, env });
      entry.conversation = await openInTime(this.#deps.time, opened, input.agent);
      if (entry.conversation.continuity === "resumed") await this.#deps.onResumed?.(input, entry.conversation);
      if (this.#live.get(id) !== entry) {
        await entry.conversation.close();
        throw new DomainError({ kind: "agent_unavailable", agent, hint: "Its chat was closed while it started." });
      }
    } catch (error) {
      if (this.#live.get(id) === entry) this.#live.delete(id);
      throw error;
    }
    entry.phase = { kind: "busy" };
    void entry.conversation.closed.then(() => this.#forget(entry));
    entry.conversation.onUnasked?.(() => this.#unasked.forEach((listener) => listener(input)));
    this.#changed(entry);
    return { conversation: entry.conversation, backend: entry.backend, configHash };
  }

  /** Returns a conversation after its turn; it stays warm while there is room. */
  release(lease: Lease): void {
    const entry = this.#find(lease);
    if (!entry) return;
    if (entry.isRetired) return void this.#end(entry);
    entry.phase = { kind: "idle", since: this.#deps.time.elapsedMs() };
    this.#changed(entry);
    this.#sweep();
  }

  /** Returns a conversation that must not be used again. It is closed in the background, and not waited for: it may not listen. */
  discard(lease: Lease): void {
    const entry = this.#find(lease);
    if (entry) void this.#close(entry);
  }

  /** Calls `listener` when an agent begins work in a chat without a prompt, until the returned function is called. */
  whenUnasked(listener: (place: { chatId: ChatId; agent: AgentId }) => void): () => void {
    this.#unasked.add(listener);
    return () => this.#unasked.delete(listener);
  }

  /** Returns whether the chat's conversation with this agent is in memory. */
  isWarm(chatId: ChatId, agent: AgentId): boolean {
    return this.#live.has(keyOf(chatId, agent));
  }

  /** Returns the memory used by the chat's conversation with this agent; null if it has no own process. */
  async rssBytes(chatId: ChatId, agent: AgentId): Promise<number | null> {
    return (await this.#live.get(keyOf(chatId, agent))?.conversation?.rssBytes?.()) ?? null;
  }

  /** The maximum number of conversations kept. */
  get maxLive(): number {
    return this.#deps.limits.maxLive;
  }

  /** Returns whether an agent starts slowly, and can start before a prompt arrives. */
  isSlow(agent: AgentId): boolean {
    return this.#deps.backends.find(agent)?.start !== undefined;
  }

  /** Prepares what all conversations with an agent share. Rejects as {@link acquire} does. */
  async start(agent: AgentId): Promise<void> {
    if (!this.#isClosed) await this.#deps.backends.find(agent)?.start?.(this.#deps.env);
  }

  /** The number of open conversations, for the health report. */
  get size(): number {
    return this.#live.size;
  }

  /** Closes a chat's conversations; one in the middle of a turn closes when the turn ends. */
  retireChat(chatId: ChatId): void {
    this.#retire((entry) => entry.chatId === chatId);
  }

  /** Closes a session's conversations; one in the middle of a turn closes when the turn ends. */
  retireSession(sessionId: SessionId): void {
    this.#retire((entry) => entry.sessionId === sessionId);
  }

  /** Closes a session's conversations, whatever they are doing. Resolves when they are closed. */
  async endSession(sessionId: SessionId): Promise<void> {
    await Promise.all([...this.#live.values()].flatMap((entry) => (entry.sessionId === sessionId ? [this.#end(entry)] : [])));
  }

  /** Closes every conversation. The backend settles turns that are in progress. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopSweeping();
    for (const entry of this.#live.values()) void this.#end(entry);
    await Promise.all(this.#ending);
  }

  #retire(which: (entry: Live) => boolean): void {
    for (const entry of [...this.#live.values()].filter(which)) {
      entry.isRetired = true;
      if (entry.phase.kind === "idle") void this.#end(entry);
    }
  }

  #end(entry: Live): Promise<void> {
    const ending = this.#close(entry).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }

  async #close(entry: Live): Promise<void> {
    this.#forget(entry);
    try {
      await entry.conversation?.close();
    } catch (error) {
      this.#deps.logger.warn({ err: error, chatId: entry.chatId, agent: entry.agent }, "An agent's conversation did not close");
    }
  }

  #forget(entry: Live): void {
    if (this.#live.get(entry.id) !== entry) return;
    this.#live.delete(entry.id);
    this.#changed(entry);
  }

  #find(lease: Lease): Live | null {
    for (const entry of this.#live.values()) if (entry.conversation === lease.conversation) return entry;
    return null;
  }

  #sweep(): void {
    const { time, limits, logger } = this.#deps;
    const actions = decideLifecycle([...this.#live.values()], limits, time.elapsedMs());
    for (const { id, reason } of actions) {
      const entry = this.#live.get(id);
      if (!entry) continue;
      logger.info({ chatId: entry.chatId, agent: entry.agent, reason }, "Closed an idle agent");
      void this.#end(entry);
    }
  }

  #sweepLater(): () => void {
    return this.#deps.time.after(SWEEP_MS, () => {
      this.#sweep();
      this.#stopSweeping = this.#sweepLater();
    });
  }

  #changed(entry: Live): void {
    this.#deps.onChanged(entry.sessionId, entry.chatId);
  }
}

const keyOf = (chatId: ChatId, agent: AgentId): string => `${chatId} ${agent}`;
