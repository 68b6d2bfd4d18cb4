import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { writeFileDurably } from "./files/durable-file.ts";

/** Thrown when another daemon already uses this data directory. */
export class InstanceHeldError extends Error {
  override readonly name = "InstanceHeldError";
  readonly holder: InstanceHolder | null;

  constructor(dataDir: string, holder: InstanceHolder | null) {
    const who = holder ? `process ${holder.pid}${holder.address ? ` at ${holder.address}` : ", which is starting"}` : "another process";
    super(`BooCode already runs on ${dataDir}: ${who}.`);
    this.holder = holder;
  }
}

export interface InstanceHolder {
  pid: number;
  /** Null until the daemon listens. */
  address: string | null;
}

export interface InstanceLock {
  /** Publishes this daemon's address for processes that find the directory locked. */
  announce(address: string): void;
  /** Releases the data directory. Idempotent. */
  release(): void;
}

/**
 * Locks the data directory for this process, or throws {@link InstanceHeldError}. Creates the directory (mode 0700) if needed and writes
 * nothing else there before it holds the lock. The lock is SQLite's file lock on a separate file. The kernel releases it whenever the
 * process ends, so a stale lock cannot exist.
 */
export async function takeInstanceLock(dataDir: string): Promise<InstanceLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  const file = join(dataDir, "daemon.lock.db");
  const noticeFile = join(dataDir, "daemon.json");
  // Processes that start at the same moment can block each other briefly; without a timeout all of them could fail.
  const database = new SqliteDatabase(file, { timeout: CONTEST_MS });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!(error instanceof SqliteDatabase.SqliteError) || !error.code.startsWith("SQLITE_BUSY")) throw error;
    throw new InstanceHeldError(dataDir, await readHolder(noticeFile));
  }
  chmodSync(file, 0o600);
  const announce = (address: string | null) => writeFileDurably(noticeFile, JSON.stringify({ pid: process.pid, address }));
  announce(null);
  return {
    announce,
    release: () => {
      if (!database.open) return;
      rmSync(noticeFile, { force: true });
      database.close();
    },
  };
}

const CONTEST_MS = 250;
const NOTICE_TRIES = 40;
const NOTICE_PAUSE_MS = 25;

/** Reads who holds the lock. Right after a daemon takes it, the notice may be missing or still come from a dead daemon. */
async function readHolder(noticeFile: string): Promise<InstanceHolder | null> {
  for (let attempt = 0; attempt < NOTICE_TRIES; attempt++) {
    const holder = decodeHolder(noticeFile);
    if (holder && isAlive(holder.pid) && (holder.address !== null || attempt === NOTICE_TRIES - 1)) return holder;
    await new Promise((resolve) => setTimeout(resolve, NOTICE_PAUSE_MS));
  }
  return null;
}

function decodeHolder(noticeFile: string): InstanceHolder | null {
  try {
    const notice: unknown = JSON.parse(readFileSync(noticeFile, "utf8"));
    if (typeof notice !== "object" || notice === null || !("pid" in notice) || !Number.isInteger(notice.pid)) return null;
    const address = "address" in notice && typeof notice.address === "string" ? notice.address : null;
    return { pid: notice.pid as number, address };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
