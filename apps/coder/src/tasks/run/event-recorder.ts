import type { Database } from "@boocode/db/database";
import { appendChatEvents } from "@boocode/db/stores/chats/chat-event-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { ACT_TYPES } from "@boocode/shared/agents/handoff/decide-seen";
import { TextLimiter } from "@boocode/shared/agents/limit-text";
import { BATCH_WINDOW_MS, decideBatchWindow } from "@boocode/shared/agents/turns/decide-batch-window";
import { mergeDeltas } from "@boocode/shared/agents/turns/merge-deltas";
import type { Usage } from "@boocode/shared/agents/usage";
import type { Task } from "@boocode/shared/tasks/task";
import type { PermissionDesk } from "../../agents/permission-desk.ts";
import type { Time } from "../../platform/time.ts";
import type { Logger } from "../../platform/logger.ts";
import { LastWords } from "./last-words.ts";
import { NamedPaths } from "./named-paths.ts";
import { retryWrite } from "../../platform/retry-write.ts";
import { toStoredEvent } from "./to-stored-event.ts";

export interface RecorderDeps {
  db: Database;
  time: Time;
  logger: Logger;
  permissions: PermissionDesk;
}

const MAX_BATCH_EVENTS = 200;
/** Above this many uncommitted events the agent is asked to pause. */
const HIGH_WATER_EVENTS = 2_000;

/**
 * Writes one turn's events to the journal, in order and in batches, and wakes readers after each commit.
 *
 * The first event after a pause and the first text of each part are committed immediately, because someone is waiting for them; events that
 * follow within 16 ms, or 48 ms while many come, share the next batch. A commit that the disk refuses is retried until it succeeds, and the agent is held back
 * meanwhile; no event is dropped.
 */
export class EventRecorder {
  readonly #deps: RecorderDeps;
  readonly #task: Pick<Task, "id" | "sessionId" | "chatId">;
  readonly #named = new NamedPaths();
  readonly #abandoned = new AbortController();
  readonly #broken = Promise.withResolvers<never>();
  readonly #flooded = Promise.withResolvers<void>();
  readonly #limiter = new TextLimiter();
  #waiting: AgentEvent[] = [];
  #writing: Promise<void> | null = null;
  #closeWindow: (() => void) | null = null;
  #windowMs = BATCH_WINDOW_MS;
  #room: PromiseWithResolvers<void> | null = null;
  #isStalled = false;
  #isFlushing = false;
  #isClosed = false;
  #isBroken = false;
  #isHurried = false;
  #lastUsage: Usage | null = null;
  #lastType: string | null = null;
  #hasActed = false;
  readonly #lastWords = new LastWords();

  constructor(deps: RecorderDeps, task: Pick<Task, "id" | "sessionId" | "chatId">) {
    this.#deps = deps;
    this.#task = task;
    this.#broken.promise.catch(() => {});
  }

  /** Rejects when events can no longer be stored for a permanent reason. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  /** Resolves when the turn exceeds its limit of output: none of its text is stored after that. */
  get flooded(): Promise<void> {
    return this.#flooded.promise;
  }

  /** The turn's usage so far, as reported by the agent. */
  get lastUsage(): Usage | null {
    return this.#lastUsage;
  }

  /** The type of the newest event, used as evidence when a turn ends unexpectedly. */
  get lastType(): string | null {
    return this.#lastType;
  }

  /** What the agent has said last in a turn without tools; empty once it has used one. Long words are cut, and end in `…`. */
  get lastWords(): string {
    return this.#lastWords.text;
  }

  /** Whether the agent has said, done or asked anything. */
  get hasActed(): boolean {
    return this.#hasActed;
  }

  /** The files named by tools that change files. Attribution uses them. */
  get namedPaths(): readonly string[] {
    return this.#named.list();
  }

  /**
   * Records an event. If it returns a promise, that resolves once there is room for more: a backend that awaits it runs only as fast as the
   * disk can write. After {@link close} it does nothing.
   */
  record(event: AgentEvent): void | Promise<void> {
    if (this.#isClosed) return;
    const kept = this.#limiter.limit(event);
    if (this.#limiter.isFlooded) this.#flooded.resolve();
    if (kept === null) return this.#room?.promise;
    const stored = toStoredEvent(this.#task.id, kept);
    this.#note(stored);
    if (event.type === "permission.requested") this.#noteRequest(event, stored);
    this.#waiting.push(stored);
    if (!this.#closeWindow || this.#waiting.length >= MAX_BATCH_EVENTS || isAwaited(stored)) this.#startWriting();
    if (this.#isHurried || (!this.#isStalled && this.#waiting.length < HIGH_WATER_EVENTS)) return;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Resolves when everything recorded so far is committed; rejects when that can no longer happen. */
  async flush(): Promise<void> {
    this.#isFlushing = true;
    try {
      while (this.#writing || this.#waiting.length > 0) {
        this.#startWriting();
        await this.#writing;
      }
      if (this.#isBroken) await this.#broken.promise;
    } finally {
      this.#isFlushing = false;
    }
  }

  /** Refuses further events and commits the pending ones. */
  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      await this.flush();
    } finally {
      this.#closeWindow?.();
      this.#room?.resolve();
    }
  }

  /** Stops holding the agent back: its turn is about to end, and it will send little more. */
  hurry(): void {
    this.#isHurried = true;
    this.#room?.resolve();
  }

  /** Discards uncommitted events: the daemon is shutting down and the disk refuses writes. */
  abandon(): void {
    this.#isClosed = true;
    this.#abandoned.abort();
  }

  #note(event: AgentEvent): void {
    this.#lastType = event.type;
    this.#hasActed ||= ACT_TYPES.includes(event.type);
    if (event.type === "usage.updated") this.#lastUsage = event.usage;
    this.#named.note(event);
    this.#lastWords.note(event);
  }

  #noteRequest(event: Extract<AgentEvent, { type: "permission.requested" }>, stored: AgentEvent): void {
    const { permissions } = this.#deps;
    if (stored.type === "permission.requested") permissions.note(this.#task.id, stored.permissionId, event.permissionId);
    else permissions.refuse(this.#task.id, event.permissionId);
  }

  #startWriting(): void {
    if (this.#writing) return;
    this.#closeWindow?.();
    this.#closeWindow = null;
    this.#windowMs = decideBatchWindow({ ...measure(this.#waiting), collectedMs: this.#windowMs });
    const writing = this.#write().catch((error: unknown) => this.#break(error));
    this.#writing = writing.finally(() => {
      this.#writing = null;
      if (!this.#isClosed) this.#openWindow();
    });
  }

  async #write(): Promise<void> {
    // Events emitted in the same tick share the first batch.
    await Promise.resolve();
    do {
      const batch = this.#waiting.splice(0, MAX_BATCH_EVENTS);
      if (batch.length > 0) await this.#commit(batch);
      if (this.#waiting.length < HIGH_WATER_EVENTS / 2) {
        this.#room?.resolve();
        this.#room = null;
      }
    } while (this.#waiting.length >= MAX_BATCH_EVENTS || (this.#waiting.length > 0 && (this.#isFlushing || this.#waiting.some(isAwaited))));
  }

  async #commit(batch: AgentEvent[]): Promise<void> {
    const { db, time, logger, permissions } = this.#deps;
    const { id: taskId, sessionId, chatId } = this.#task;
    const at = time.now();
    const newEvents = mergeDeltas(batch).map((body) => ({ chatId, taskId, at, body }));
    const hasQuestions = batch.some(isUrgent);
    const onStalled = (error: Error, attempt: number) => {
      this.#isStalled = true;
      if (attempt === 0) logger.error({ err: error, taskId, events: newEvents.length }, "Events cannot be stored; the agent waits");
    };
    const afterCommit = await retryWrite({ time, onStalled, signal: this.#abandoned.signal }, () =>
      db.write(hasQuestions ? "full" : "normal", async (tx, announce) => {
        const kept = hasQuestions
          ? await permissions.storeQuestions(tx, announce, taskId, newEvents)
          : { newEvents, afterCommit: () => {} };
        await appendChatEvents(tx, announce, sessionId, kept.newEvents);
        return kept.afterCommit;
      }),
    );
    this.#isStalled = false;
    afterCommit();
  }

  #openWindow(): void {
    this.#closeWindow = this.#deps.time.after(this.#windowMs, () => {
      this.#closeWindow = null;
      if (this.#waiting.length > 0) this.#startWriting();
    });
  }

  #break(error: unknown): void {
    this.#isClosed = true;
    this.#isBroken = true;
    this.#waiting = [];
    this.#broken.reject(error);
    this.#room?.resolve();
  }
}

const measure = (events: readonly AgentEvent[]) => ({
  events: events.length,
  chars: events.reduce((sum, event) => sum + (isDelta(event) ? event.text.length : 0), 0),
});

const isDelta = (event: AgentEvent) => event.type === "text.delta" || event.type === "thought.delta";

/** Returns whether someone is waiting for this event, so that it is committed without batching. */
function isAwaited(event: AgentEvent): boolean {
  return isUrgent(event) || (isDelta(event) && event.offset === 0);
}

/** Events that someone makes a decision about must survive a power cut; streamed text need not. */
function isUrgent(event: AgentEvent): boolean {
  return event.type === "permission.requested" || event.type === "permission.resolved";
}
