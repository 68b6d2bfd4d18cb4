import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
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
import { writeCopy } from "./backups/write-copy.ts";
import type { Durability } from "./database.ts";
import type { Schema } from "./schema.ts";
import { asNumber, isBusy, messageOf, toStorageFault, translating } from "./sqlite-errors.ts";
import { storageFault } from "./storage-fault.ts";

/** How long the write-ahead log may stay after a checkpoint; it is longer only while something reads the database or one write is that long. */
export const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/** Longer statements (big inserts of varying length) are not cached, because they would fill the memory. */
const MAX_CACHED_SQL_LENGTH = 4_096;
const MAX_CACHED_STATEMENTS = 300;

/**
 * One SQLite file with its write connection and its read connection. Everything specific to SQLite is in this file, so that another dialect
 * needs one more file like it. Only SQLite may open the file while it is in use: closing any descriptor of it would drop this process's
 * locks.
 */
export class SqliteFile {
  readonly file: string;
  readonly writer: Kysely<Schema>;
  readonly reader: Kysely<Schema>;
  readonly #write: BetterSqlite3.Database;
  readonly #read: BetterSqlite3.Database;
  #durability: Durability | null = null;

  private constructor(given: { file: string; lockTimeoutMs: number; write: BetterSqlite3.Database; read: BetterSqlite3.Database }) {
    this.file = given.file;
    this.#write = given.write;
    this.#read = given.read;
    this.writer = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(given.write, given.lockTimeoutMs) });
    this.reader = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(given.read, given.lockTimeoutMs) });
  }

  /** Opens the file, or creates it with mode 0600. Does not change its content. Faults: `storage_failed`. */
  static open(file: string, lockTimeoutMs: number): SqliteFile {
    const opened: BetterSqlite3.Database[] = [];
    try {
      if (!existsSync(file)) closeSync(openSync(file, "wx", 0o600));
      chmodSync(file, 0o600);
      const write = new BetterSqlite3(file, { timeout: lockTimeoutMs });
      opened.push(write);
      write.pragma("foreign_keys = on");
      const read = new BetterSqlite3(file, { readonly: true, timeout: lockTimeoutMs });
      opened.push(read);
      return new SqliteFile({ file, lockTimeoutMs, write, read });
    } catch (error) {
      for (const database of opened) database.close();
      throw toStorageFault(error) ?? storageFault(`The database ${file} cannot be opened: ${messageOf(error)}.`, error);
    }
  }

  /** Prepares the file for writing. Faults: `storage_failed` on a drive that does not support a write-ahead log. */
  startWriting(): void {
    if (this.#pragma("journal_mode = wal")[0]?.["journal_mode"] !== "wal") {
      throw storageFault(`The drive of ${this.file} does not support a write-ahead log. Choose a data folder on a local drive.`);
    }
    this.#pragma(`journal_size_limit = ${LOG_LIMIT_BYTES}`);
    // From here on the driver waits for other writers, without blocking the event loop.
    this.#pragma("busy_timeout = 0");
  }

  /** Takes effect with the next transaction. Must not be called inside one. */
  setDurability(durability: Durability): void {
    if (this.#durability === durability) return;
    this.#pragma(durability === "full" ? "synchronous = full" : "synchronous = normal");
    this.#durability = durability;
  }

  /** 0 for a file that was never migrated. */
  schemaVersion(): number {
    return asNumber(this.#pragma("user_version")[0]?.["user_version"]);
  }

  /** Part of the running transaction, if there is one. */
  setSchemaVersion(version: number): void {
    this.#pragma(`user_version = ${version}`);
  }

  /** Turned off while a migration may rebuild tables; {@link foreignKeyViolations} finds what it breaks. */
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

  /** The size of the write-ahead log in bytes. */
  logBytes(): number {
    return statSync(`${this.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The size of the file in bytes, without its log. */
  sizeBytes(): number {
    return asNumber(this.#pragma("page_count")[0]?.["page_count"]) * asNumber(this.#pragma("page_size")[0]?.["page_size"]);
  }

  /** Writes a complete copy to `target`, durable when this returns. An older copy is replaced only once the new one is complete. */
  backUpTo(target: string): void {
    writeCopy(this.#write, target);
  }

  /** Checkpoints the log into the file and closes both connections. */
  close(): void {
    this.#read.close();
    this.setDurability("full");
    this.#pragma("wal_checkpoint(truncate)");
    this.#write.close();
  }

  /** Closes both connections without changing the file. */
  abandon(): void {
    this.#read.close();
    this.#write.close();
  }

  #pragma(source: string): Record<string, unknown>[] {
    const rows: unknown = translating(() => this.#write.pragma(source));
    return Array.isArray(rows) ? rows : [];
  }
}

/** Kysely's SQLite dialect with BEGIN IMMEDIATE, a long lock timeout, cached statements, and disk failures as faults. */
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
        // A deferred transaction that reads first and writes later can fail half-way. An immediate one either has the lock or has not
        // begun.
        await connection.executeQuery(CompiledQuery.raw("begin immediate"));
        return;
      } catch (error) {
        if (!isBusy(error) || performance.now() - begun > this.#lockTimeoutMs) throw error;
        await delay(waitMs);
      }
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // On a full disk SQLite rolls back by itself; a second rollback would hide the first error.
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
