import type { Kysely, Transaction } from "kysely";
import type { Announce } from "./announcements.ts";
import type { Schema } from "./schema.ts";

/** A connection a store may read from: the read-only one, or the current write transaction. */
export type Queryable = Kysely<Schema> | Transaction<Schema>;

/** `full` survives a power cut; `normal` survives a crash of the process. */
export type Durability = "full" | "normal";

/** Called at named points so that a test can crash there. */
export type Failpoint = (name: string) => void | Promise<void>;

export interface Database {
  /** The read-only connection: writes through it fail. */
  readonly read: Kysely<Schema>;
  /**
   * Runs one write transaction; a throw rolls it back. Writers queue, so `run` must await nothing but its own transaction and must not call
   * `write`. Announcements of `run` are delivered after the commit, before the promise resolves. Faults: `storage_failed`, and
   * `shutting_down` once closed.
   */
  write<T>(durability: Durability, run: (tx: Transaction<Schema>, announce: Announce) => Promise<T>): Promise<T>;
  /**
   * `ok` is false if the file cannot be read or written. After a write failed because of the disk, each call tries a write again.
   * `sizeBytes` excludes data not yet checkpointed.
   */
  health(): Promise<{ ok: boolean; sizeBytes: number; schemaVersion: number }>;
  /** Waits for queued writes, then checkpoints the write-ahead log into the file. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
