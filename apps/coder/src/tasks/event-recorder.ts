import type { Database } from "@boocode/db/database";
import { appendChatEvents } from "@boocode/db/chat-event-store";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { TextLimiter } from "@boocode/shared/agents/limit-text";
import { mergeDeltas } from "@boocode/shared/agents/merge-deltas";
import type { Usage } from "@boocode/shared/agents/usage";
import type { Task } from "@boocode/shared/tasks/task";
import type { PermissionDesk } from "../agents/permission-desk.ts";
import type { Time } from "../platform/time.ts";
import type { Logger } from "../platform/logger.ts";
import { NamedPaths } from "./named-paths.ts";
import { retryWrite } from "../platform/retry-write.ts";
import { toStoredEvent } from "./to-stored-event.ts";

export interface RecorderDeps {
  db: Database;
  time: Time;
  logger: Logger;
  permissions: PermissionDesk;
}

/** How long an event may wait for company. */
const WINDOW_MS = 16;
const MAX_BATCH_EVENTS = 200;
/** Beyond this many waiting events the agent is asked to pause. */
const HIGH_WATER_EVENTS = 2_000;

/**
 * Writes one turn's events to the journal, in order, in batches, and wakes readers after each commit.
 *
 * The first event after a pause is committed at once, and so are the first words of a part, since somebody waits for them; those that
 * follow within 16 ms share the next batch. A commit that fails
 * for the disk is tried again for as long as it takes, and the agent is held back meanwhile; nothing is dropped.
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
  #room: PromiseWithResolvers<void> | null = null;
  #isStalled = false;
  #isFlushing = false;
  #isClosed = false;
  #isBroken = false;
  #isHurried = false;
  #lastUsage: Usage | null = null;
  #lastType: string | null = null;

  constructor(deps: RecorderDeps, task: Pick<Task, "id" | "sessionId" | "chatId">) {
    this.#deps = deps;
    this.#task = task;
    this.#broken.promise.catch(() => {});
  }

  /** Rejects when events can no longer be stored, for a reason that will not pass. */
  get broken(): Promise<never> {
    return this.#broken.promise;
  }

  /** Resolves when the turn said more than any turn should: nothing of its text is stored from then on. */
  get flooded(): Promise<void> {
    return this.#flooded.promise;
  }

  /** The turn's total so far, as the agent told it. */
  get lastUsage(): Usage | null {
    return this.#lastUsage;
  }

  /** Type of the newest event, for the evidence of an end that nobody planned. */
  get lastType(): string | null {
    return this.#lastType;
  }

  /** Files that a changing tool named: what attribution goes by. */
  get namedPaths(): readonly string[] {
    return this.#named.list();
  }

  /**
   * Takes an event. What it returns, if anything, resolves once there is room for more: a backend that awaits it is slowed to
   * what the disk takes. After {@link close} it does nothing.
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

  /** Resolves when everything recorded so far is committed. Rejects when that can no longer happen. */
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

  /** Refuses further events and commits those it has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      await this.flush();
    } finally {
      this.#closeWindow?.();
      this.#room?.resolve();
    }
  }

  /** Holds the agent back no longer: its turn is to end, and what it still says is little. */
  hurry(): void {
    this.#isHurried = true;
    this.#room?.resolve();
  }

  /** Gives up on what is not committed: the daemon is leaving and the disk does not take it. */
  abandon(): void {
    this.#isClosed = true;
    this.#abandoned.abort();
  }

  #note(event: AgentEvent): void {
    this.#lastType = event.type;
    if (event.type === "usage.updated") this.#lastUsage = event.usage;
    this.#named.note(event);
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
    const writing = this.#write().catch((error: unknown) => this.#break(error));
    this.#writing = writing.finally(() => {
      this.#writing = null;
      if (!this.#isClosed) this.#openWindow();
    });
  }

  async #write(): Promise<void> {
    // What is emitted in the same breath shares the first batch.
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
    const filed = await retryWrite({ time, onStalled, signal: this.#abandoned.signal }, () =>
      db.write(hasQuestions ? "full" : "normal", async (tx, announce) => {
        const kept = hasQuestions ? await permissions.file(tx, announce, taskId, newEvents) : { newEvents, filed: () => {} };
        await appendChatEvents(tx, announce, sessionId, kept.newEvents);
        return kept.filed;
      }),
    );
    this.#isStalled = false;
    filed();
  }

  #openWindow(): void {
    this.#closeWindow = this.#deps.time.after(WINDOW_MS, () => {
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

/** What someone decides on must survive a power cut; what streams by need not. */
/** Somebody waits for it: it does not wait for company. */
function isAwaited(event: AgentEvent): boolean {
  return isUrgent(event) || ((event.type === "text.delta" || event.type === "thought.delta") && event.offset === 0);
}

function isUrgent(event: AgentEvent): boolean {
  return event.type === "permission.requested" || event.type === "permission.resolved";
}
