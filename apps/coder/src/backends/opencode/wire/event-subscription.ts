import { pause, type Time } from "../../../platform/time.ts";
import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import { decodeEvent } from "./decode-event.ts";
import type { OpencodeStream } from "./event-stream.ts";
import type { OpencodeClient } from "./opencode-client.ts";
import type { OpencodeEvent } from "./opencode-event.ts";

export interface SubscriptionDeps {
  client: OpencodeClient;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  directory: string;
  onEvent(event: OpencodeEvent): void | Promise<void>;
  onAlive(): void;
  /** The stream was lost and is there again: what happened between is to be listed. */
  onGap(): Promise<void>;
}

/** opencode sends a heartbeat every ten seconds: three that fail to come are a dead connection. */
const SILENT_LIMIT_MS = 35_000;
const RETRY_MS = [0, 100, 300, 1_000, 3_000] as const;
/** How long a dead server's connection may take to give what it holds and end. */
const DRAIN_LIMIT_MS = 1_000;
/** Events by which one that is sent twice is known. */
const REMEMBERED_IDS = 2_000;

/** The events of a directory, for as long as a chat lives: opened once, and again whenever the connection is lost. */
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

  /** How often a kind of event came that is not known here. */
  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  /** Opens it for the first time; rejects where that fails. */
  async open(): Promise<void> {
    const stream = await this.#connect();
    this.#stream = stream;
    this.#ready.resolve();
    this.#watch();
    void this.#keepOpen(stream);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWatching();
    this.#stream?.close();
    this.#ready.reject(new Error("The subscription is closed"));
  }

  /** The server is gone: what it had sent is still taken, and nothing is opened again. */
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
        this.#stream = null;
        attempt = 0;
        if (this.#isClosed) return;
        this.#ready = Promise.withResolvers();
        this.#ready.promise.catch(() => {});
      }
      await pause(time, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0);
      if (this.#isClosed) return;
      stream = await this.#connect().catch(() => null);
      if (!stream) continue;
      if (this.#isClosed) return stream.close();
      this.#stream = stream;
      this.#ready.resolve();
      await onGap().catch((error: unknown) => logger.warn({ err: error }, "What opencode said during a gap could not be listed"));
    }
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
        logger.warn({ bytes }, "An event of opencode was too large, and is listed instead");
        // Its content is missed as if the connection had been lost: it is, so that it is listed.
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
    if (count === 0) this.#deps.logger.info({ kind: event.kind }, "opencode said something of a kind that is not known here");
  }

  #watch(): void {
    const { time } = this.#deps;
    const leftMs = this.#lastByteAt + SILENT_LIMIT_MS - time.elapsedMs();
    if (leftMs <= 0) this.#stream?.close();
    this.#stopWatching = time.after(leftMs > 0 ? leftMs : SILENT_LIMIT_MS, () => this.#watch());
  }
}
