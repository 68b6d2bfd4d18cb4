import BetterSqlite3 from "better-sqlite3";
import { storageFault } from "./storage-fault.ts";

/** Runs something on SQLite; failures of the disk or of another process become faults. */
export function translating<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toStorageFault(error) ?? error;
  }
}

/** Converts failures of the disk or of another process. A constraint violation is a bug and is not converted. */
export function toStorageFault(error: unknown): Error | null {
  if (!(error instanceof BetterSqlite3.SqliteError)) return null;
  const kind = /^SQLITE_(FULL|IOERR|CORRUPT|NOTADB|READONLY|BUSY|CANTOPEN|PERM|AUTH|NOMEM)/.exec(error.code)?.[1];
  switch (kind) {
    case undefined:
      return null;
    case "FULL":
      return storageFault("The disk is full.", error);
    case "BUSY":
      return storageFault("Another program has locked the database.", error);
    case "CORRUPT":
      return storageFault(`The database is damaged: ${error.message}.`, error);
    case "NOTADB":
      return storageFault("The file is not a database.", error);
    default:
      return storageFault(`The database cannot be read or written: ${error.message}.`, error);
  }
}

/** Returns whether a transaction could not begin because another one runs. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof BetterSqlite3.SqliteError && error.cause.code.startsWith("SQLITE_BUSY");
}

/** Returns whether SQLite failed because of what is in the file, also where that is the cause of a fault. */
export function isDamage(error: unknown): boolean {
  if (error instanceof BetterSqlite3.SqliteError) return /^SQLITE_(?:CORRUPT|NOTADB)/.test(error.code);
  return error instanceof Error && error.cause !== undefined && isDamage(error.cause);
}

/** Returns the text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Requires the answer to a question about the file to be a number. */
export function asNumber(value: unknown): number {
  if (typeof value !== "number") throw new TypeError("SQLite returned a pragma value that is not a number");
  return value;
}
