import type { Kysely, Transaction } from "kysely";
import type { Announce } from "./announcements.ts";
import type { Schema } from "./schema.ts";

/** Where a store may read: the read-only connection, or the transaction that is writing. */
export type Queryable = Kysely<Schema> | Transaction<Schema>;

/** `full` survives a power cut; `normal` survives the death of the process. */
export type Durability = "full" | "normal";

/** Called at named points, so that a test can crash there. */
export type Failpoint = (name: string) => void | Promise<void>;

export interface Database {
  /** Read-only: a write through it fails. */
  readonly read: Kysely<Schema>;
  /**
   * Runs one write transaction; a throw rolls it back. Writers queue, so inside `run` await nothing but the transaction itself,
   * and never call `write` again. What `run` announces is told after the commit, before the promise resolves.
   * Faults: `storage_failed`, and `shutting_down` once closed.
   */
  write<T>(durability: Durability, run: (tx: Transaction<Schema>, announce: Announce) => Promise<T>): Promise<T>;
  /**
   * `ok` is false where the file cannot be read, and while it cannot be written: after a write that failed for the disk it is tried again
   * each time this is asked. `sizeBytes` leaves out what is not yet checkpointed.
   */
  health(): Promise<{ ok: boolean; sizeBytes: number; schemaVersion: number }>;
  /** Lets queued writes finish, then folds the write-ahead log into the file. May be called twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
