import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { decideAcquire } from "@boocode/shared/agents/processes/decide-acquire";
import type { Holds } from "@boocode/shared/agents/processes/decide-kept";
import type { PoolLimits } from "@boocode/shared/agents/processes/decide-lifecycle";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChatId, SessionId } from "@boocode/shared/ids";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { Logger } from "../platform/logger.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import { hashAgentConfig } from "./hash-agent-config.ts";
import { AgentUse } from "./pool/agent-use.ts";
import { EndingConversations } from "./pool/ending-conversations.ts";
import { IdleSweep } from "./pool/idle-sweep.ts";
import { type AcquireInput, type Lease, type Live, toLiveId } from "./pool/live.ts";
import { openLive, type OpenLiveDeps } from "./pool/open-live.ts";

export interface AgentPoolDeps extends OpenLiveDeps {
  backends: BackendRegistry;
  logger: Logger;
  limits: PoolLimits;
  /** Called when a conversation becomes warm, idle or cold. */
  onChanged(sessionId: SessionId, chatId: ChatId): void;
  /** Called when a conversation has ended between two turns, and nobody here has ended it. */
  onDied?(place: Pick<Live, "chatId" | "agent" | "sessionId">): void;
  /** Called with the commands that an agent announces in a chat. */
  onCommands?(place: AcquireInput, commands: readonly SlashCommand[]): void;
  /** Looks what holds an idle conversation. Rejects if that is unknown, which holds it. Absent: nothing does. */
  look?(live: Live): Promise<Holds>;
}

const NO_HOLDS: Holds = { isAsking: false, isKeptWarm: false, programs: 0 };

/** Keeps agents' conversations warm between turns: one per chat and agent, limited in number and idle time. */
export class AgentPool {
  readonly #deps: AgentPoolDeps;
  readonly #live = new Map<string, Live>();
  readonly #unasked = new Set<(place: { chatId: ChatId; agent: AgentId }) => void>();
  readonly #use = new AgentUse();
  readonly #warming = new Map<string, Promise<void>>();
  readonly #ending: EndingConversations;
  readonly #sweep: IdleSweep;
  #isClosed = false;

  constructor(deps: AgentPoolDeps) {
    this.#deps = deps;
    this.#ending = new EndingConversations(deps.time);
    const { limits, time, logger, look = async () => NO_HOLDS } = deps;
    const close = (live: Live) => void this.#end(live);
    this.#sweep = new IdleSweep({ limits, time, logger, look, close, list: () => this.live });
  }

  /** Returns a conversation for one turn, a warm one if it exists. Faults: `agent_unavailable`, or the backend's own error. */
  async acquire(input: AcquireInput): Promise<Lease> {
    const id = toLiveId(input.chatId, input.agent);
    // A warm-up that is already opening it is waited for, and reused. What there is to wait for may have changed after each wait.
    const find = () => this.#use.findHold(input.agent) ?? this.#warming.get(id) ?? this.#ending.find(id);
    for (let wait = find(); wait; wait = find()) await wait;
    return this.#acquire(id, input);
  }

  /**
   * Opens a conversation before it is requested and lets it load what its first turn would need; does nothing if the chat already has one.
   * A turn that starts meanwhile gets this conversation, and waits only until it is open. Rejects as {@link acquire} does.
   */
  async warmUp(input: AcquireInput): Promise<void> {
    const id = toLiveId(input.chatId, input.agent);
    if (this.#warming.has(id) || this.#live.has(id) || this.#use.findHold(input.agent)) return;
    // A turn may wait for its end, and must find its place free.
    if (this.#ending.has(id)) return;
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
    const isOutdated = live?.conversation?.isOutdated === true;
    const decision = decideAcquire({ live: live ? { configHash: live.configHash, isOutdated } : null, record: input.record, configHash });
    if (live?.conversation && decision.kind === "reuse") {
      live.phase = { kind: "busy" };
      live.isActing = false;
      this.#use.note();
      return { conversation: live.conversation, backend: live.backend, configHash };
    }
    if (live) {
      await this.#end(live);
      return this.acquire(input);
    }
    const entry: Live = {
      id,
      chatId: input.chatId,
      sessionId: input.sessionId,
      agent: input.agent,
      configHash,
      backend: backend.kind,
      conversation: null,
      phase: { kind: "starting" },
      openedAt: this.#deps.time.now(),
      isRetired: false,
      isActing: false,
    };
    this.#live.set(id, entry);
    this.#use.note();
    let conversation: AgentConversation;
    try {
      const resume = decision.kind === "resume" ? decision.agentSessionId : null;
      conversation = await openLive(this.#deps, { backend, input, resume }, (opened) => (entry.conversation = opened));
      if (this.#live.get(id) !== entry) {
        await conversation.close();
        throw new DomainError({ kind: "agent_unavailable", agent: input.agent, hint: "Its chat was closed while it started." });
      }
    } catch (error) {
      if (this.#live.get(id) === entry) this.#live.delete(id);
      throw error;
    }
    entry.phase = { kind: "busy" };
    void conversation.closed.then(() => {
      // What is closed here is forgotten first.
      if (this.#live.get(id) === entry && entry.phase.kind === "idle") this.#deps.onDied?.(entry);
      this.#forget(entry);
    });
    conversation.onUnasked?.(() => {
      entry.isActing = true;
      this.#unasked.forEach((listener) => listener(input));
    });
    conversation.onCommands?.((commands) => this.#deps.onCommands?.(input, commands));
    this.#changed(entry);
    return { conversation, backend: entry.backend, configHash };
  }

  /** Returns a conversation after its turn; it stays warm while there is room. */
  release(lease: Lease): void {
    const entry = this.#find(lease);
    if (!entry) return;
    if (entry.isRetired) return void this.#end(entry);
    entry.phase = { kind: "idle", since: this.#deps.time.elapsedMs() };
    this.#changed(entry);
    this.#sweep.wake();
  }

  /** Returns a conversation that must not be used again. It is closed in the background; the chat's next turn waits for that a while. */
  discard(lease: Lease): void {
    const entry = this.#find(lease);
    if (entry) void this.#ending.add(entry.id, this.#close(entry), true);
  }

  /** Calls `listener` when an agent begins work in a chat without a prompt, until the returned function is called. */
  whenUnasked(listener: (place: { chatId: ChatId; agent: AgentId }) => void): () => void {
    this.#unasked.add(listener);
    return () => this.#unasked.delete(listener);
  }

  /** Notes that no task will follow what an agent began without a prompt. Its conversation may then go like any other. */
  forgetUnasked({ chatId, agent }: { chatId: ChatId; agent: AgentId }): void {
    const live = this.#live.get(toLiveId(chatId, agent));
    if (!live?.isActing) return;
    live.isActing = false;
    this.#changed(live);
    this.#sweep.wake();
  }

  /** Returns whether the chat's conversation with this agent is in memory. */
  isWarm(chatId: ChatId, agent: AgentId): boolean {
    return this.find(chatId, agent) !== null;
  }

  /** Returns the chat's conversation with this agent if it is in memory. */
  find(chatId: ChatId, agent: AgentId): Readonly<Live> | null {
    return this.#live.get(toLiveId(chatId, agent)) ?? null;
  }

  /** Lets turns of an agent wait, because its program is about to change, until the returned function is called. */
  hold(agent: AgentId): () => void {
    return this.#use.hold(agent);
  }

  /** Whether a conversation starts or works, or an agent's program is being changed. */
  get isInUse(): boolean {
    return this.#use.isAnyHeld || this.live.some(({ phase, isActing }) => phase.kind !== "idle" || isActing);
  }

  /** Calls `listener` whenever a conversation begins to start or to work, until the returned function is called. */
  whenInUse(listener: () => void): () => void {
    return this.#use.listen(listener);
  }

  /** The conversations in memory. */
  get live(): readonly Live[] {
    return [...this.#live.values()];
  }

  get limits(): PoolLimits {
    return this.#deps.limits;
  }

  /** Ends an idle conversation, and resolves when it is gone; does nothing if a turn has begun meanwhile. */
  async suspend(live: Live): Promise<void> {
    if (this.#live.get(live.id) === live && live.phase.kind === "idle" && !live.isActing) await this.#end(live);
  }

  /** Returns whether an agent starts slowly, and can start before a prompt arrives. */
  isSlow(agent: AgentId): boolean {
    return this.#deps.backends.find(agent)?.start !== undefined;
  }

  /** Prepares what all conversations with an agent share. Rejects as {@link acquire} does. */
  async start(agent: AgentId): Promise<void> {
    if (!this.#isClosed && !this.#use.findHold(agent)) await this.#deps.backends.find(agent)?.start?.(this.#deps.env);
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
    this.#sweep.close();
    for (const entry of this.#live.values()) void this.#end(entry);
    await this.#ending.settleAll();
  }

  #retire(which: (entry: Live) => boolean): void {
    for (const entry of [...this.#live.values()].filter(which)) {
      entry.isRetired = true;
      if (entry.phase.kind === "idle") void this.#end(entry);
    }
  }

  #end(entry: Live): Promise<void> {
    return this.#ending.add(entry.id, this.#close(entry));
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

  #changed(entry: Live): void {
    this.#deps.onChanged(entry.sessionId, entry.chatId);
  }
}
