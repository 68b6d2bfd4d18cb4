import type { FileHandle } from "node:fs/promises";
import type { Database } from "@boocode/db/database";
import { deleteUnusedBlob, findBlob, holdBlob, listUnusedBlobs, touchBlob } from "@boocode/db/stores/chats/blob-store";
import { ATTACHMENT_LIMITS, type Blob } from "@boocode/shared/attachments/attachment";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { BlobId } from "@boocode/shared/ids";
import { ConfirmedTime } from "../platform/confirmed-time.ts";
import { KeyedMutex } from "../platform/keyed-mutex.ts";
import type { Logger } from "../platform/logger.ts";
import type { Time } from "../platform/time.ts";
import { BlobFiles } from "./blob-files.ts";

export interface BlobsDeps {
  db: Database;
  /** Tells of purges: what only a purged session had is removed with it. Absent: that is found later. */
  feed?: { onWorkspace(listener: (change: { noun: string }) => void): () => void };
  time: Time;
  logger: Logger;
  /** The folder of the files. */
  folder: string;
  failpoint?: ((name: string) => void | Promise<void>) | undefined;
}

/** How long a file that no prompt carries is kept: as long as the trash, because a draft may be that old. */
const HELD_FOR_MS = 30 * 24 * 3_600_000;
/** How old a file without a record must be to be removed. */
const STRAY_AFTER_MS = 24 * 3_600_000;
const SWEEP_EVERY_MS = 3_600_000;
/** A file that is looked at counts as held anew, at most this often. */
const TOUCH_EVERY_MS = 3_600_000;
const SWEEP_AT_ONCE = 200;

/** The contents of attached files. Equal contents are stored once. */
export class Blobs {
  readonly #deps: BlobsDeps;
  readonly #files: BlobFiles;
  /** Keeps a removal from meeting a content that is stored again. */
  readonly #mutex = new KeyedMutex();
  readonly #confirmed: ConfirmedTime;
  #cancel: () => void = () => {};
  #unwatch: () => void = () => {};
  #isClosed = false;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(deps: BlobsDeps) {
    this.#deps = deps;
    this.#files = new BlobFiles(deps.folder);
    this.#confirmed = new ConfirmedTime(deps.time);
  }

  /** Makes the folder and removes what an earlier run left half-way. Call it before anything else. */
  async begin(): Promise<void> {
    await this.#files.begin();
    this.#unwatch = this.#deps.feed?.onWorkspace(({ noun }) => noun === "trash" && this.sweep()) ?? this.#unwatch;
    this.sweep();
  }

  /** Stores a content for a prompt to come. Faults: `body_too_large`, `storage_failed`, `shutting_down`. */
  async store(source: AsyncIterable<Uint8Array>): Promise<Blob> {
    const { db, time, failpoint } = this.#deps;
    const received = await this.#files.receive(source, ATTACHMENT_LIMITS.bytes);
    await failpoint?.("blob.received");
    const { id, bytes, type } = received;
    const blob: Blob = { id, bytes, type, heldSince: time.now() };
    await this.#mutex.run(id, async () => {
      await this.#files.keep(received);
      await failpoint?.("blob.kept");
      // After the file: a record without one would be a promise that cannot be kept.
      await db.write("full", (tx) => holdBlob(tx, blob));
    });
    return blob;
  }

  /** Opens a content for reading; the caller closes the file. Fault: `blob_not_found`. */
  async open(id: BlobId): Promise<{ blob: Blob; file: FileHandle }> {
    const { db, time, logger } = this.#deps;
    const blob = await findBlob(db.read, id);
    const file = blob && (await this.#files.open(id, blob.bytes));
    if (!blob || !file) throw new DomainError({ kind: "blob_not_found", blobId: id });
    const now = time.now();
    if (blob.heldSince !== null && now - blob.heldSince > TOUCH_EVERY_MS)
      void db
        .write("normal", (tx) => touchBlob(tx, id, now))
        .catch((error: unknown) => logger.warn({ err: error }, "A file's last use could not be noted"));
    return { blob, file };
  }

  /** Reads a content whole; null if it is not stored any more. Throws the system's error. */
  async read(id: BlobId): Promise<Uint8Array | null> {
    const opened = await this.open(id).catch((error: unknown) => {
      if (error instanceof DomainError && error.fault.kind === "blob_not_found") return null;
      throw error;
    });
    if (opened === null) return null;
    try {
      return await opened.file.readFile();
    } finally {
      await opened.file.close();
    }
  }

  /** Makes a copy under a name, for an agent to read, and returns its path. Throws the system's error. */
  place(id: BlobId, name: string): Promise<string> {
    return this.#mutex.run(id, () => this.#files.place(id, name));
  }

  /** Removes, in the background, what no prompt carries any more and none is waiting for. */
  sweep(): void {
    const { time, logger } = this.#deps;
    if (this.#isClosed) return;
    this.#cancel();
    this.#sweeping = this.#sweeping
      .then(() => this.#sweep())
      .catch((error: unknown) => {
        if (!this.#isClosed) logger.warn({ err: error }, "Files that nothing needs any more could not be removed");
      });
    this.#cancel = time.after(SWEEP_EVERY_MS, () => this.sweep());
  }

  /** Resolves when no removal is under way. */
  async swept(): Promise<void> {
    await this.#sweeping;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch();
    this.#cancel();
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { db, logger } = this.#deps;
    const now = this.#confirmed.look();
    const heldBefore = now - HELD_FOR_MS;
    let count = 0;
    for (;;) {
      const ids = this.#isClosed ? [] : await listUnusedBlobs(db.read, heldBefore, SWEEP_AT_ONCE);
      for (const id of ids) count += (await this.#forget(id, heldBefore)) ? 1 : 0;
      if (ids.length < SWEEP_AT_ONCE) break;
    }
    for (const { id, storedAt } of this.#isClosed ? [] : await this.#files.list())
      if (now - storedAt > STRAY_AFTER_MS) await this.#mutex.run(id, () => this.#removeStray(id));
    if (count > 0) logger.info({ count }, "Files that nothing needs any more were removed");
  }

  /** Forgets a content, then removes its file. Returns false if something needs it by now. */
  #forget(id: BlobId, heldBefore: number): Promise<boolean> {
    const { db } = this.#deps;
    return this.#mutex.run(id, async () => {
      const isForgotten = await db.write("normal", (tx) => deleteUnusedBlob(tx, id, heldBefore));
      if (isForgotten) await this.#files.remove([id]);
      return isForgotten;
    });
  }

  /** Removes a file that has no record: the daemon ended between the two. */
  async #removeStray(id: BlobId): Promise<void> {
    if ((await findBlob(this.#deps.db.read, id)) === null) await this.#files.remove([id]);
  }
}
