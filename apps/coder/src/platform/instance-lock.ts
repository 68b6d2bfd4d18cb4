import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { writeFileDurably } from "./files/durable-file.ts";

/** Another daemon has this data directory. */
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
  /** Null until it listens. */
  address: string | null;
}

export interface InstanceLock {
  /** Tells those who come too late where we are. */
  announce(address: string): void;
  /** Gives the data directory back. Idempotent. */
  release(): void;
}

/**
 * Takes the data directory for this process, or throws {@link InstanceHeldError}. It makes the directory (0700) if need be and
 * writes nothing else there before it holds the lock. The kernel holds it, in the form of SQLite's lock on a file of its own: it
 * ends with the process, however that dies, so there is never a stale one to judge.
 */
export async function takeInstanceLock(dataDir: string): Promise<InstanceLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  const file = join(dataDir, "daemon.lock.db");
  const noticeFile = join(dataDir, "daemon.json");
  // Several that come at the same moment can hinder each other for an instant; without patience none of them would win.
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

/** The notice may still be a dead daemon's, or not be there yet, when its owner has only just won. */
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
