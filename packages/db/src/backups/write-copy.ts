import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { translating } from "../sqlite-errors.ts";

/** Writes a complete copy to `target`, durable when this returns. An older copy is replaced only once the new one is complete. */
export function writeCopy(database: BetterSqlite3.Database, target: string): void {
  const part = `${target}.part`;
  rmSync(part, { force: true });
  translating(() => database.prepare("vacuum into ?").run(part));
  chmodSync(part, 0o600);
  flush(part);
  renameSync(part, target);
  flush(dirname(target));
}

/** Flushes a file or a folder's entries to disk. Never use it on an open database: closing a descriptor of it drops its locks. */
export function flush(path: string): void {
  const descriptor = openSync(path, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
