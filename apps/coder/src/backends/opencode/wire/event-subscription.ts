import { pause, type Time } from "../../../platform/time.ts";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { decodeEvent } from "./decode-event.ts";
import type { OpencodeStream } from "./event-stream.ts";
import type { ServerClient } from "./opencode-client.ts";
import type { OpencodeEvent } from "./opencode-event.ts";

export interface SubscriptionDeps {
  client: ServerClient;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  directory: string;
  onEvent(event: OpencodeEvent): void | Promise<void>;
  onAlive(): void;
  /** Called when the stream was lost and is open again: list what was missed. */
  onGap(): Promise<void>;
}

/** opencode sends a heartbeat every ten seconds; after three missing ones the connection counts as dead. */
const SILENT_LIMIT_MS = 35_000;
const RETRY_MS = [0, 100, 300, 1_000, 3_000] as const;
/** How long a dead server's connection may take to deliver its remaining events and end. */
const DRAIN_LIMIT_MS = 1_000;
/** How many event ids are remembered to drop duplicates. */
const REMEMBERED_IDS = 2_000;

/** A directory's event stream for the life of a chat. It reconnects whenever the connection is lost. */
export class EventSubscription {
  readonly #deps: SubscriptionDeps;
  readonly #unknown = new Map<string, number>();
  readonly #seen = new Set<string>();
  #ready = Promise.withResolvers<void>();
  #stream: OpencodeStream | null = null;
  #lastByteAt = 0;
  #isClosed = false;
  #stopWatching = () => {};

  constructor(deps: SubscriptionDeps) {
    this.#deps = deps;
    this.#ready.promise.catch(() => {});
  }

  /** Resolves when the stream is open. Rejects once it is closed. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** How many events of each unknown kind arrived. */
  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  /** Opens the stream for the first time; rejects if that fails. */
  async open(): Promise<void> {
    const stream = await this.#connect();
    this.#stream = stream;
    this.#ready.resolve();
    this.#watch();
    void this.#keepOpen(stream);
  }

  /** Opens the stream anew, because its end is near: `ready` waits for the next one. */
  reopen(): void {
    const stream = this.#stream;
    if (this.#isClosed || !stream) return;
    this.#noteLost();
    stream.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWatching();
    this.#stream?.close();
    this.#ready.reject(new Error("The subscription is closed"));
  }

  /** Processes the remaining events of a dead server and does not reconnect. */
  async drain(): Promise<void> {
    const last = this.#stream?.over;
    this.#isClosed = true;
    await Promise.race([last, pause(this.#deps.time, DRAIN_LIMIT_MS)]);
    this.close();
  }

  async #keepOpen(first: OpencodeStream): Promise<void> {
    const { time, logger, onGap } = this.#deps;
    let stream: OpencodeStream | null = first;
    for (let attempt = 0; !this.#isClosed; attempt++) {
      if (stream) {
        await stream.over;
        attempt = 0;
        if (this.#isClosed) return;
        if (this.#stream === stream) this.#noteLost();
      }
      await pause(time, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0);
      if (this.#isClosed) return;
      stream = await this.#connect().catch(() => null);
      if (!stream) continue;
      if (this.#isClosed) return stream.close();
      this.#stream = stream;
      this.#ready.resolve();
      await onGap().catch((error: unknown) => logger.warn({ err: error }, "The events during a gap could not be listed from opencode"));
    }
  }

  #noteLost(): void {
    this.#stream = null;
    this.#ready = Promise.withResolvers();
    this.#ready.promise.catch(() => {});
  }

  #connect(): Promise<OpencodeStream> {
    const { client, time, directory, logger, onAlive } = this.#deps;
    this.#lastByteAt = time.elapsedMs();
    return client.openStream({
      directory,
      onData: (data) => this.#take(data),
      onAlive: () => {
        this.#lastByteAt = time.elapsedMs();
        onAlive();
      },
      onTooLarge: (bytes) => {
        logger.warn({ bytes }, "An opencode event was too large; its content is listed instead");
        // Close the stream: the content of a dropped event is then listed, as after a lost connection.
        this.#stream?.close();
      },
    });
  }

  #take(data: unknown): void | Promise<void> {
    const { id, event } = decodeEvent(data);
    if (id !== null) {
      if (this.#seen.has(id)) return;
      this.#seen.add(id);
      if (this.#seen.size > REMEMBERED_IDS) this.#seen.delete(this.#seen.values().next().value as string);
    }
    if (event.type !== "unknown") return this.#deps.onEvent(event);
    const count = this.#unknown.get(event.kind) ?? 0;
    this.#unknown.set(event.kind, count + 1);
    if (count === 0) this.#deps.logger.info({ kind: event.kind }, "opencode sent an event of an unknown kind");
  }

  #watch(): void {
    const { time } = this.#deps;
    const leftMs = this.#lastByteAt + SILENT_LIMIT_MS - time.elapsedMs();
    if (leftMs <= 0) this.#stream?.close();
    this.#stopWatching = time.after(leftMs > 0 ? leftMs : SILENT_LIMIT_MS, () => this.#watch());
  }
}
