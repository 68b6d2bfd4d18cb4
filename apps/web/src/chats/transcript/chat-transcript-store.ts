import { applyChatEvents, emptyTranscript, prependPage, transcriptFromPage } from "@boocode/shared/chats/apply-chat-event";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import type { PromptItem, Transcript, TranscriptItem, TranscriptPage } from "@boocode/shared/chats/transcript";
import type { ChatId, Seq } from "@boocode/shared/ids";
import { findWaiting, toReadingOrder } from "./reading-order.ts";

/** The outside operations that the store needs. */
export interface TranscriptPort {
  /** Reads the newest page, or the page of items that begin before `before`. */
  readPage(before: Seq | undefined): Promise<TranscriptPage>;
  /** Delivers frames after `cursor` without end, each event at least once. After a resync, the page is read again. */
  follow(cursor: Seq, onFrame: (frame: SessionFrame) => void): () => void;
  /** Calls `run` once before the next paint, so that events between two paints are folded together. */
  onNextFrame(run: () => void): void;
}

/** An immutable snapshot of a chat. */
export interface TranscriptSnapshot {
  /** `failed`: the first page could not be read; `error` has the reason. */
  phase: "loading" | "ready" | "failed";
  error: unknown;
  transcript: Transcript;
  /** The items in reading order, without waiting prompts. */
  items: readonly TranscriptItem[];
  /** Prompts that are accepted but whose turn has not begun, in order. */
  waiting: readonly PromptItem[];
  hasMore: boolean;
  older: "idle" | "reading" | "failed";
}

/** Holds one chat's transcript, kept up to date while it has subscribers. Independent of React, which only subscribes. */
export class ChatTranscriptStore {
  readonly #port: TranscriptPort;
  readonly #listeners = new Set<() => void>();
  #snapshot: TranscriptSnapshot;
  #arrived: ChatEvent[] = [];
  #isFrameDue = false;
  #stopFollowing: (() => void) | null = null;
  /** Incremented to invalidate reads in progress. */
  #reading = 0;
  /** True while the newest page is being read. */
  #isReadingNewest = false;

  constructor(chatId: ChatId, port: TranscriptPort) {
    this.#port = port;
    this.#snapshot = {
      phase: "loading",
      error: null,
      transcript: emptyTranscript(chatId),
      items: [],
      waiting: [],
      hasMore: false,
      older: "idle",
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#halt();
    };
  };

  readonly getSnapshot = (): TranscriptSnapshot => this.#snapshot;

  /** Reads the newest page before there are subscribers. Does nothing if it is loaded or being read. */
  preload(): void {
    if (this.#snapshot.phase === "loading" && !this.#isReadingNewest) void this.#readNewest();
  }

  /** Reads the newest page again after a failure. */
  retry(): void {
    this.#halt();
    this.#change({ phase: "loading", error: null });
    this.#start();
  }

  /** Loads the page before the oldest item and prepends it. Does nothing while one is loading or if there is none. */
  async loadOlder(): Promise<void> {
    const { hasMore, older, transcript, phase } = this.#snapshot;
    if (phase !== "ready" || !hasMore || older === "reading") return;
    const reading = this.#reading;
    this.#change({ older: "reading" });
    try {
      const page = await this.#port.readPage(transcript.startsAt);
      if (reading !== this.#reading) return;
      this.#fold();
      this.#setTranscript(prependPage(this.#snapshot.transcript, page), { hasMore: page.hasMore, older: "idle" });
    } catch {
      if (reading === this.#reading) this.#change({ older: "failed" });
    }
  }

  #start(): void {
    if (this.#snapshot.phase === "ready") this.#follow();
    else if (!this.#isReadingNewest) void this.#readNewest();
  }

  #halt(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = null;
    if (this.#snapshot.phase === "ready") return;
    this.#reading += 1;
    this.#isReadingNewest = false;
  }

  async #readNewest(): Promise<void> {
    const reading = ++this.#reading;
    this.#isReadingNewest = true;
    try {
      const page = await this.#port.readPage(undefined);
      if (reading !== this.#reading) return;
      this.#isReadingNewest = false;
      this.#arrived = [];
      const transcript = transcriptFromPage(this.#snapshot.transcript.chatId, page);
      this.#setTranscript(transcript, { phase: "ready", error: null, hasMore: page.hasMore, older: "idle" });
      if (this.#listeners.size > 0) this.#follow();
    } catch (error) {
      if (reading !== this.#reading) return;
      this.#isReadingNewest = false;
      this.#change({ phase: "failed", error });
    }
  }

  #follow(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = this.#port.follow(this.#snapshot.transcript.seq, (frame) => {
      if (frame.kind === "events") {
        for (const event of frame.events) this.#arrived.push(event);
        this.#askForFrame();
      } else {
        this.#stopFollowing?.();
        this.#stopFollowing = null;
        void this.#readNewest();
      }
    });
  }

  #askForFrame(): void {
    if (this.#isFrameDue) return;
    this.#isFrameDue = true;
    this.#port.onNextFrame(() => {
      this.#isFrameDue = false;
      this.#fold();
    });
  }

  #fold(): void {
    if (this.#arrived.length === 0) return;
    const events = this.#arrived;
    this.#arrived = [];
    this.#setTranscript(applyChatEvents(this.#snapshot.transcript, events), {});
  }

  #setTranscript(transcript: Transcript, rest: Partial<TranscriptSnapshot>): void {
    const before = this.#snapshot;
    const isSame =
      transcript.items === before.transcript.items &&
      transcript.runningTaskId === before.transcript.runningTaskId &&
      before.phase === "ready";
    if (isSame) {
      this.#change({ ...rest, transcript });
      return;
    }
    const items = toReadingOrder(transcript.items, transcript.runningTaskId);
    const waiting = findWaiting(transcript.items, transcript.runningTaskId);
    this.#change({ ...rest, transcript, items, waiting: isSameList(waiting, before.waiting) ? before.waiting : waiting });
  }

  #change(patch: Partial<TranscriptSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...patch };
    for (const listener of this.#listeners) listener();
  }
}

const isSameList = (a: readonly PromptItem[], b: readonly PromptItem[]) => a.length === b.length && a.every((each, at) => each === b[at]);
