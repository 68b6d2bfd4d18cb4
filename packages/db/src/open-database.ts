import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Kysely, Transaction } from "kysely";
import { Announcements, type Announce, type CommitListener } from "./announcements.ts";
import type { Database, Durability, Failpoint } from "./database.ts";
import { migrate } from "./migrate.ts";
import { ALL_MIGRATIONS } from "./migrations/all-migrations.ts";
import type { Migration } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { storageFault } from "./storage-fault.ts";

export interface OpenDatabaseOptions {
  /** Absolute path in an existing folder. */
  file: string;
  /** Receives the announcements of commits. Optional. */
  feed?: CommitListener;
  failpoint?: Failpoint;
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
  const sqlite = SqliteFile.open(file, lockTimeoutMs);
  try {
    refuseUnusable(sqlite, migrations.at(-1)?.version ?? 0);
    sqlite.startWriting();
    await migrate(sqlite, migrations, failpoint);
    return new SqliteStore(sqlite, options.feed ?? null, options.failpoint ?? null);
  } catch (error) {
    sqlite.abandon();
    throw error;
  }
}

/** Files up to this size are checked for damage at every start; larger ones only if there is a reason. */
const ALWAYS_CHECKED_BYTES = 32 * 1024 * 1024;

function refuseUnusable(sqlite: SqliteFile, newest: number): void {
  const { file } = sqlite;
  const found = sqlite.schemaVersion();
  if (found > newest) {
    throw storageFault(
      `The database ${file} was written by a newer BooCode (schema ${found}, this program supports ${newest}). ` +
        "Start the newer program, or point BOOCODE_DATA_DIR elsewhere. Nothing was changed.",
    );
  }
  if (found === 0 && sqlite.tableNames().length > 0) {
    throw storageFault(`The file ${file} is another program's database. Nothing was changed.`);
  }
  if (sqlite.wasLeftOpen || found < newest || sqlite.sizeBytes() <= ALWAYS_CHECKED_BYTES) {
    const damage = sqlite.findDamage();
    if (damage !== null) {
      throw storageFault(`The database ${file} is damaged: ${damage}. Nothing was changed; backups are next to it as ${file}.bak-*.`);
    }
  }
}

class SqliteStore implements Database {
  readonly read: Kysely<Schema>;
  readonly #sqlite: SqliteFile;
  readonly #feed: CommitListener | null;
  readonly #failpoint: Failpoint | null;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;
  /** Whether the last write failed because of the disk. */
  #isFailing = false;

  constructor(sqlite: SqliteFile, feed: CommitListener | null, failpoint: Failpoint | null) {
    this.#sqlite = sqlite;
    this.#feed = feed;
    this.#failpoint = failpoint;
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

  async #canWrite(): Promise<boolean> {
    if (!this.#isFailing) return true;
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
