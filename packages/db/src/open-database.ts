import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Kysely, Transaction } from "kysely";
import { Announcements, type Announce, type CommitListener } from "./announcements.ts";
import type { Database, Durability, Failpoint } from "./database.ts";
import { migrate } from "./migrate.ts";
import { ALL_MIGRATIONS } from "./migrations/all-migrations.ts";
import type { Migration } from "./migrations/migration.ts";
import { refuseUnusable } from "./refuse-unusable.ts";
import type { Schema } from "./schema.ts";
import { LOG_LIMIT_BYTES, SqliteFile } from "./sqlite-file.ts";

export interface OpenDatabaseOptions {
  /** Absolute path in an existing folder. */
  file: string;
  /** Receives the announcements of commits. Optional. */
  feed?: CommitListener;
  failpoint?: Failpoint;
  /**
   * Called with the size in bytes when the write-ahead log has grown over its limit, because something reads the database for long. Called
   * again only after it was shorter.
   */
  onLongLog?: (bytes: number) => void;
  /** How long a writer waits for another process's transaction before it fails. */
  lockTimeoutMs?: number;
  /** Replaces the real migrations, for tests of the mechanism. */
  migrations?: readonly Migration[];
}

/**
 * Opens the store and migrates it to the newest schema, after a backup.
 *
 * Faults: `storage_failed` with a reason in words: a newer schema, a damaged file, a failed migration. The file is then unchanged.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { file, failpoint = () => {}, lockTimeoutMs = 5_000, migrations = ALL_MIGRATIONS } = options;
  // With a connection that cannot write: closing one that can would bring the log of a damaged file into it.
  refuseUnusable(file, migrations.at(-1)?.version ?? 0, "with_reason");
  const sqlite = SqliteFile.open(file, lockTimeoutMs);
  try {
    sqlite.startWriting();
    await migrate(sqlite, migrations, failpoint);
    return new SqliteStore(sqlite, options);
  } catch (error) {
    sqlite.abandon();
    throw error;
  }
}

/** Free bytes below which a disk that refused a write still counts as full. */
const ROOM_BYTES = 1024 * 1024;

/** Whether a folder's disk has no room to speak of. False where the system does not say. */
async function isFull(folder: string): Promise<boolean> {
  const found = await statfs(folder).catch(() => null);
  return found !== null && found.bavail * found.bsize < ROOM_BYTES;
}

class SqliteStore implements Database {
  readonly #folder: string;
  readonly read: Kysely<Schema>;
  readonly #sqlite: SqliteFile;
  readonly #feed: CommitListener | null;
  readonly #failpoint: Failpoint | null;
  readonly #onLongLog: (bytes: number) => void;
  #isLogLong = false;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;
  /** Whether the last write failed because of the disk. */
  #isFailing = false;

  constructor(sqlite: SqliteFile, { file, feed, failpoint, onLongLog }: OpenDatabaseOptions) {
    this.#folder = dirname(file);
    this.#sqlite = sqlite;
    this.#feed = feed ?? null;
    this.#failpoint = failpoint ?? null;
    this.#onLongLog = onLongLog ?? (() => {});
    this.read = sqlite.reader;
  }

  write<T>(durability: Durability, run: (tx: Transaction<Schema>, announce: Announce) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new DomainError({ kind: "shutting_down" }));
    const written = this.#lastWrite.then(async () => {
      if (this.#failpoint) await this.#failpoint(`write.${durability}`);
      this.#sqlite.setDurability(durability);
      const announcements = new Announcements();
      const result = await this.#sqlite.writer.transaction().execute((tx) => run(tx, announcements));
      if (this.#feed) announcements.tell(this.#feed);
      this.#watchLog();
      return result;
    });
    this.#lastWrite = written.then(
      () => void (this.#isFailing = false),
      (error: unknown) => {
        if (error instanceof DomainError && error.fault.kind === "storage_failed") this.#isFailing = true;
      },
    );
    return written;
  }

  async health(): Promise<{ ok: boolean; sizeBytes: number; schemaVersion: number }> {
    try {
      await this.read.selectFrom("sessions").select("id").limit(1).execute();
      return { ok: await this.#canWrite(), sizeBytes: this.#sqlite.sizeBytes(), schemaVersion: this.#sqlite.schemaVersion() };
    } catch {
      return { ok: false, sizeBytes: 0, schemaVersion: 0 };
    }
  }

  #watchLog(): void {
    const bytes = this.#sqlite.logBytes();
    const isLong = bytes > LOG_LIMIT_BYTES;
    if (isLong && !this.#isLogLong) this.#onLongLog(bytes);
    this.#isLogLong = isLong;
  }

  async #canWrite(): Promise<boolean> {
    if (!this.#isFailing) return true;
    // The log may have room for a small write inside what it already takes, while those that wait find none.
    if (await isFull(this.#folder)) return false;
    // Setting the version it already has is a real write that changes nothing.
    const probe = this.write("normal", async () => this.#sqlite.setSchemaVersion(this.#sqlite.schemaVersion()));
    return probe.then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#lastWrite.then(() => this.#sqlite.close());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
