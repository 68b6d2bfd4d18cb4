import type { Attachment } from "@boocode/shared/attachments/attachment";
import { toAttachmentName } from "@boocode/shared/attachments/to-attachment-name";
import type { ChatId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import { BlobError, type StoredBlob, storeBlob } from "../api/blobs.ts";
import type { Explanation } from "../api/faults/explain-fault.ts";

/** A file on its way to the daemon. */
export interface Upload {
  id: number;
  name: string;
  bytes: number;
  /** The part that is sent, from 0 to 1. */
  progress: number;
  /** Why it was not stored; null while it is on its way. */
  failure: Explanation | null;
}

type Store = (content: Blob, onProgress: (part: number) => void, signal: AbortSignal) => Promise<StoredBlob>;

interface Entry {
  upload: Upload;
  content: Blob;
  abort: AbortController;
}

/** The files that are being stored for the composers of all chats. They end with the page. */
export class UploadStore {
  readonly #store: Store;
  readonly #entries = new Map<ChatId, readonly Entry[]>();
  readonly #shown = new Map<ChatId, readonly Upload[]>();
  readonly #listeners = new Set<() => void>();
  /** The end of each chat's last upload: files go one after the other, so that they stand in the order in which they were chosen. */
  readonly #tails = new Map<ChatId, Promise<void>>();
  #last = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  read(chatId: ChatId): readonly Upload[] {
    return this.#shown.get(chatId) ?? NOTHING;
  }

  /** Stores a file, and calls `onStored` with what a prompt then carries. */
  add(chatId: ChatId, file: { name: string; content: Blob }, onStored: (attachment: Attachment) => void): void {
    const upload: Upload = {
      id: (this.#last += 1),
      name: toAttachmentName(file.name),
      bytes: file.content.size,
      progress: 0,
      failure: null,
    };
    this.#set(chatId, [...(this.#entries.get(chatId) ?? []), { upload, content: file.content, abort: new AbortController() }]);
    this.#queue(chatId, upload.id, onStored);
  }

  /** Tries again to store one that failed. */
  retry(chatId: ChatId, id: number, onStored: (attachment: Attachment) => void): void {
    this.#update(chatId, id, { failure: null, progress: 0 });
    this.#queue(chatId, id, onStored);
  }

  remove(chatId: ChatId, id: number): void {
    const entries = this.#entries.get(chatId) ?? [];
    entries.find(({ upload }) => upload.id === id)?.abort.abort();
    this.#set(
      chatId,
      entries.filter(({ upload }) => upload.id !== id),
    );
  }

  #queue(chatId: ChatId, id: number, onStored: (attachment: Attachment) => void): void {
    const before = this.#tails.get(chatId);
    const run = () => this.#run(chatId, id, onStored);
    const done = before ? before.then(run) : run();
    this.#tails.set(chatId, done);
    void done.finally(() => this.#tails.get(chatId) === done && this.#tails.delete(chatId));
  }

  async #run(chatId: ChatId, id: number, onStored: (attachment: Attachment) => void): Promise<void> {
    const entry = this.#find(chatId, id);
    if (!entry) return;
    const { content, abort, upload } = entry;
    try {
      const stored = await this.#store(content, (progress) => this.#update(chatId, id, { progress }), abort.signal);
      if (!this.#find(chatId, id)) return;
      this.remove(chatId, id);
      onStored({ name: upload.name, ...stored });
    } catch (error) {
      if (error instanceof BlobError) this.#update(chatId, id, { failure: error.words });
      else if (!abort.signal.aborted) throw error;
    }
  }

  #find(chatId: ChatId, id: number): Entry | undefined {
    return this.#entries.get(chatId)?.find(({ upload }) => upload.id === id);
  }

  #update(chatId: ChatId, id: number, change: Partial<Upload>): void {
    const entries = this.#entries.get(chatId) ?? [];
    this.#set(
      chatId,
      entries.map((entry) => (entry.upload.id === id ? { ...entry, upload: { ...entry.upload, ...change } } : entry)),
    );
  }

  #set(chatId: ChatId, entries: readonly Entry[]): void {
    this.#entries.set(chatId, entries);
    this.#shown.set(
      chatId,
      entries.map(({ upload }) => upload),
    );
    for (const listener of this.#listeners) listener();
  }
}

const NOTHING: readonly Upload[] = [];

/** The uploads of this page. */
export const uploadStore = new UploadStore(storeBlob);

/** The files on their way to a chat's composer. */
export const useUploads = (chatId: ChatId): readonly Upload[] =>
  useSyncExternalStore(uploadStore.subscribe, () => uploadStore.read(chatId));
