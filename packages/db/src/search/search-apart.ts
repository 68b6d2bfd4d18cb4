import { Worker } from "node:worker_threads";
import type { ChatPlaces, FindInChatQuery, SearchQuery } from "@boocode/shared/search/search";
import { storageFault } from "../storage-fault.ts";
import type { SearchIndex } from "./search-index.ts";

/** Absolute paths: the database, which is only read, and its index. */
export interface SearchFiles {
  store: string;
  index: string;
}

type Question = { kind: "find"; query: SearchQuery } | { kind: "findInChat"; query: FindInChatQuery };
export type SearchRequest = { kind: "look" } | (Question & { id: number }) | { kind: "close" };
type Found = ReturnType<SearchIndex["find"]>;
export interface SearchReply {
  id: number;
  found: Found | ChatPlaces;
}

/** How long the thread may take to end, in milliseconds. */
const CLOSE_MS = 1_000;

/** The index of chats in a thread of its own, so that neither its upkeep nor a search makes anything else wait. */
export class SearchApart {
  readonly #files: SearchFiles;
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();
  #worker: Worker | null = null;
  #isClosed = false;
  #lastId = 0;

  constructor(files: SearchFiles) {
    this.#files = files;
  }

  /** Has the index look for what is new. Starts the thread if it does not run. */
  look(): void {
    if (!this.#isClosed) this.#post({ kind: "look" });
  }

  /** Finds texts of chats, see {@link SearchIndex.find}. Faults: `storage_failed`. */
  find(query: SearchQuery): Promise<Found> {
    return this.#ask({ kind: "find", query });
  }

  /** Finds the items of a chat that have a text, see {@link SearchIndex.findInChat}. Faults: `storage_failed`. */
  findInChat(query: FindInChatQuery): Promise<ChatPlaces> {
    return this.#ask({ kind: "findInChat", query });
  }

  /** Resolves when the thread has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    this.#post({ kind: "close" });
    const timer = setTimeout(() => void worker.terminate(), CLOSE_MS);
    await ended;
    clearTimeout(timer);
  }

  #ask<T extends Found | ChatPlaces>(question: Question): Promise<T> {
    if (this.#isClosed) return Promise.reject(storageFault("The index of chats is closed."));
    const asked = Promise.withResolvers<T>();
    const id = ++this.#lastId;
    this.#asked.set(id, asked as PromiseWithResolvers<unknown>);
    this.#post({ ...question, id });
    return asked.promise;
  }

  #post(request: SearchRequest): void {
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(request);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./index-worker.ts", import.meta.url), { workerData: this.#files, env: {}, execArgv: [] });
    worker.on("message", ({ id, found }: SearchReply) => {
      this.#asked.get(id)?.resolve(found);
      this.#asked.delete(id);
    });
    let cause: unknown = null;
    worker.on("error", (error) => void (cause = error));
    worker.once("exit", () => {
      // The next request starts another.
      this.#worker = null;
      const asked = [...this.#asked.values()];
      this.#asked.clear();
      const reason = cause instanceof Error ? cause.message : "it ended";
      for (const { reject } of asked) reject(storageFault(`The index of chats cannot be used: ${reason}.`, cause));
    });
    // Nobody has to wait for it at the end of the process.
    worker.unref();
    return worker;
  }
}
