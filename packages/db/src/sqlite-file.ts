import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DomainError } from "@boocode/shared/faults/domain-error";
import BetterSqlite3 from "better-sqlite3";
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from "kysely";
import type { Durability } from "./database.ts";
import type { Schema } from "./schema.ts";
import { storageFault } from "./storage-fault.ts";

/** Longer statements (big inserts, each of its own length) are prepared anew: kept, they would fill the memory. */
const MAX_CACHED_SQL_LENGTH = 4_096;
const MAX_CACHED_STATEMENTS = 300;

/**
 * One SQLite file with its writing and its reading connection: everything that only SQLite has stands here, so that another
 * dialect is another file like this one. Only SQLite touches the file while it is open: closing any descriptor of it would drop
 * the locks of this process.
 */
export class SqliteFile {
  readonly file: string;
  /** The last program to use it did not close it. */
  readonly wasLeftOpen: boolean;
  readonly writer: Kysely<Schema>;
  readonly reader: Kysely<Schema>;
  readonly #write: BetterSqlite3.Database;
  readonly #read: BetterSqlite3.Database;
  #durability: Durability | null = null;

  private constructor(given: {
    file: string;
    wasLeftOpen: boolean;
    lockTimeoutMs: number;
    write: BetterSqlite3.Database;
    read: BetterSqlite3.Database;
  }) {
    this.file = given.file;
    this.wasLeftOpen = given.wasLeftOpen;
    this.#write = given.write;
    this.#read = given.read;
    this.writer = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(given.write, given.lockTimeoutMs) });
    this.reader = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(given.read, given.lockTimeoutMs) });
  }

  /** Opens the file, making it (mode 0600) where there is none, and changes nothing of its content. Faults: `storage_failed`. */
  static open(file: string, lockTimeoutMs: number): SqliteFile {
    const opened: BetterSqlite3.Database[] = [];
    try {
      if (!existsSync(file)) closeSync(openSync(file, "wx", 0o600));
      chmodSync(file, 0o600);
      const wasLeftOpen = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
      const write = new BetterSqlite3(file, { timeout: lockTimeoutMs });
      opened.push(write);
      write.pragma("foreign_keys = on");
      const read = new BetterSqlite3(file, { readonly: true, timeout: lockTimeoutMs });
      opened.push(read);
      return new SqliteFile({ file, wasLeftOpen, lockTimeoutMs, write, read });
    } catch (error) {
      for (const database of opened) database.close();
      throw toStorageFault(error) ?? storageFault(`The database ${file} cannot be opened: ${messageOf(error)}.`, error);
    }
  }

  /** Readies the file for writing. Faults: `storage_failed` on a drive that cannot hold a write-ahead log. */
  startWriting(): void {
    if (this.#pragma("journal_mode = wal")[0]?.["journal_mode"] !== "wal") {
      throw storageFault(`The drive of ${this.file} cannot hold a write-ahead log: choose a data folder on a local drive.`);
    }
    this.#pragma("journal_size_limit = 67108864");
    // From here on the wait for another writer is the driver's, which does not stop the event loop.
    this.#pragma("busy_timeout = 0");
  }

  /** Takes effect with the next transaction; not to be called inside one. */
  setDurability(durability: Durability): void {
    if (this.#durability === durability) return;
    this.#pragma(durability === "full" ? "synchronous = full" : "synchronous = normal");
    this.#durability = durability;
  }

  /** 0 for a file that no migration has touched. */
  schemaVersion(): number {
    return asNumber(this.#pragma("user_version")[0]?.["user_version"]);
  }

  /** Part of the running transaction, if there is one. */
  setSchemaVersion(version: number): void {
    this.#pragma(`user_version = ${version}`);
  }

  /** Off while a migration may rebuild tables; what it breaks is found by {@link foreignKeyViolations}. */
  enforceForeignKeys(isOn: boolean): void {
    this.#pragma(`foreign_keys = ${isOn ? "on" : "off"}`);
  }

  foreignKeyViolations(): number {
    return this.#pragma("foreign_key_check").length;
  }

  tableNames(): string[] {
    return this.#pragma("table_list")
      .filter((row) => row["schema"] === "main" && row["type"] === "table" && !String(row["name"]).startsWith("sqlite_"))
      .map((row) => String(row["name"]));
  }

  /** What is wrong with the file, or nothing. Reads all of it: takes about a second per gigabyte. */
  findDamage(): string | null {
    try {
      const first = this.#pragma("quick_check(1)")[0]?.["quick_check"];
      return first === "ok" ? null : String(first);
    } catch (error) {
      return error instanceof DomainError ? messageOf(error.cause) : messageOf(error);
    }
  }

  /** Bytes of the file itself, without its log. */
  sizeBytes(): number {
    return asNumber(this.#pragma("page_count")[0]?.["page_count"]) * asNumber(this.#pragma("page_size")[0]?.["page_size"]);
  }

  /** A whole copy at `target`, durable once this returns. An older one there is replaced only by a finished one. */
  backUpTo(target: string): void {
    const part = `${target}.part`;
    rmSync(part, { force: true });
    translating(() => this.#write.prepare("vacuum into ?").run(part));
    chmodSync(part, 0o600);
    flush(part);
    renameSync(part, target);
    flush(dirname(target));
  }

  /** Folds the log into the file and closes both connections. */
  close(): void {
    this.#read.close();
    this.setDurability("full");
    this.#pragma("wal_checkpoint(truncate)");
    this.#write.close();
  }

  /** Closes both connections and changes nothing. */
  abandon(): void {
    this.#read.close();
    this.#write.close();
  }

  #pragma(source: string): Record<string, unknown>[] {
    const rows: unknown = translating(() => this.#write.pragma(source));
    return Array.isArray(rows) ? rows : [];
  }
}

/** Kysely's dialect with BEGIN IMMEDIATE, a patient wait for the lock, statements kept, and failures of the disk as faults. */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #makeDriver: () => SqliteDriver;

  constructor(database: BetterSqlite3.Database, lockTimeoutMs: number) {
    const config = { database: keepStatements(database) };
    super(config);
    this.#makeDriver = () => new ImmediateSqliteDriver(config, database, lockTimeoutMs);
  }

  override createDriver(): SqliteDriver {
    return this.#makeDriver();
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: BetterSqlite3.Database;
  readonly #lockTimeoutMs: number;

  constructor(config: SqliteDialectConfig, database: BetterSqlite3.Database, lockTimeoutMs: number) {
    super(config);
    this.#database = database;
    this.#lockTimeoutMs = lockTimeoutMs;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const begun = performance.now();
    for (let waitMs = 0; ; waitMs = Math.min(20, waitMs + 1)) {
      try {
        // A deferred transaction that reads first and writes later can fail half-way; an immediate one has the lock or has not begun.
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() - begun > this.#lockTimeoutMs) throw error;
        await delay(waitMs);
      }
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk makes SQLite roll back by itself; a second rollback would hide the first error.
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

function keepStatements(database: BetterSqlite3.Database): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const statement = translating(() => database.prepare(sql));
    return {
      reader: statement.reader,
      all: (parameters) => translating(() => statement.all(...parameters)),
      run: (parameters) => translating(() => statement.run(...parameters)),
      iterate: (parameters) => database.prepare(sql).iterate(...parameters),
    };
  };
  return {
    close: () => {},
    prepare: (sql) => {
      if (sql.length > MAX_CACHED_SQL_LENGTH) return prepare(sql);
      const found = kept.get(sql);
      if (found) return found;
      if (kept.size >= MAX_CACHED_STATEMENTS) kept.clear();
      const made = prepare(sql);
      kept.set(sql, made);
      return made;
    },
  };
}

function translating<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toStorageFault(error) ?? error;
  }
}

/** Failures that are the disk's or another process's. A breach of a constraint is not: that is a bug and stays what it is. */
function toStorageFault(error: unknown): Error | null {
  if (!(error instanceof BetterSqlite3.SqliteError)) return null;
  const kind = /^SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|BUSY|CANTOPEN|PERM|AUTH|NOMEM)/.exec(error.code)?.[1];
  switch (kind) {
    case undefined:
      return null;
    case "FULL":
      return storageFault("The disk is full.", error);
    case "BUSY":
      return storageFault("Another program holds the database.", error);
    case "CORRUPT":
      return storageFault(`The database is damaged: ${error.message}.`, error);
    case "NOTADB":
      return storageFault("The file is not a database.", error);
    default:
      return storageFault(`The database cannot be read or written: ${error.message}.`, error);
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof BetterSqlite3.SqliteError && error.cause.code.startsWith("SQLITE_BUSY");

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const asNumber = (value: unknown): number => {
  if (typeof value !== "number") throw new TypeError("SQLite answered a pragma with something that is not a number");
  return value;
};

/** Makes a file or the entries of a folder durable. Never for a database that is open: see {@link SqliteFile}. */
function flush(path: string): void {
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
