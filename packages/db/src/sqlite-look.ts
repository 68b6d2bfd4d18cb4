import { existsSync, rmSync, statSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { asNumber, isDamage, messageOf, toStorageFault } from "./sqlite-errors.ts";
import { storageFault } from "./storage-fault.ts";

/** What a file says about itself. */
interface FirstLook {
  /** 0 for a file that was never migrated. */
  version: number;
  tables: number;
  sizeBytes: number;
  /** Whether the last program exited without closing the file. */
  wasLeftOpen: boolean;
}

interface FileLook extends FirstLook {
  /** What is wrong with the file; null if nothing was found, or it was not looked for. */
  damage: string | null;
}

/**
 * Looks at a database through a connection that can only read, and closes it: neither the file nor its log changes. `isChecked` decides
 * whether the whole file is looked through for damage, about a second per gigabyte. Nobody else may have it open. Faults: `storage_failed` if
 * it cannot be opened.
 */
export function lookAtFile(file: string, isChecked: (look: FirstLook) => boolean): FileLook {
  const hadLog = existsSync(`${file}-wal`);
  const wasLeftOpen = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const look = { version: 0, tables: 0, sizeBytes: 0, wasLeftOpen };
  let database: BetterSqlite3.Database | null = null;
  try {
    database = new BetterSqlite3(file, { readonly: true });
    const ask = (pragma: string) => asNumber(database!.pragma(pragma, { simple: true }));
    look.version = ask("user_version");
    look.sizeBytes = ask("page_count") * ask("page_size");
    look.tables = countTables(database);
    return { ...look, damage: isChecked(look) ? findDamage(database) : null };
  } catch (error) {
    if (isDamage(error)) return { ...look, damage: messageOf(error) };
    throw toStorageFault(error) ?? storageFault(`The database ${file} cannot be opened: ${messageOf(error)}.`, error);
  } finally {
    database?.close();
    // A connection that can only read makes an empty log where there is none, and leaves it behind.
    if (!hadLog) for (const part of ["-wal", "-shm"]) rmSync(file + part, { force: true });
  }
}

/** Looks through the whole file. Returns what is wrong, or null. */
export function findDamage(database: BetterSqlite3.Database): string | null {
  const first: unknown = database.pragma("quick_check(1)", { simple: true });
  return first === "ok" ? null : String(first).split("\n").at(-1)!;
}

function countTables(database: BetterSqlite3.Database): number {
  const sql = "select count(*) from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!'";
  return asNumber(database.prepare(sql).pluck().get());
}
