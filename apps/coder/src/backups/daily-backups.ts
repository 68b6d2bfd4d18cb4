import { rm, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { backUpApart } from "@boocode/db/backups/back-up-apart";
import { listBackups, nameBackup } from "@boocode/db/backups/list-backups";
import { decideBackup, type BackupDecision } from "@boocode/shared/storage/decide-backup";
import type { Logger } from "../platform/logger.ts";
import type { Time } from "../platform/time.ts";

export interface DailyBackupsDeps {
  /** The database. */
  file: string;
  time: Time;
  logger: Logger;
}

/** Well after the start, which has more urgent things to do. */
const FIRST_AFTER_MS = 600_000;
const LOOK_EVERY_MS = 3_600_000;

/** Backs up the database once a day, in a thread of its own, and keeps the last few backups beside it. */
export class DailyBackups {
  readonly #deps: DailyBackupsDeps;
  readonly #closing = new AbortController();
  #cancel: () => void;
  #running: Promise<unknown> = Promise.resolve();

  constructor(deps: DailyBackupsDeps) {
    this.#deps = deps;
    this.#cancel = this.#lookAfter(FIRST_AFTER_MS);
  }

  /** Makes a backup if one is due. Returns what was decided. */
  async look(): Promise<BackupDecision> {
    const { file, time, logger } = this.#deps;
    const backups = listBackups(file).flatMap(({ number, at }) => (number === null ? [] : [{ number, at }]));
    const [{ size, mtimeMs }, wal, { bavail, bsize }] = await Promise.all([
      stat(file),
      stat(`${file}-wal`).catch(() => null),
      statfs(dirname(file)),
    ]);
    const sizeBytes = size + (wal?.size ?? 0);
    const changedAt = Math.max(mtimeMs, wal?.mtimeMs ?? 0);
    const decision = decideBackup({ sizeBytes, freeBytes: bavail * bsize, changedAt, backups }, time.now());
    if (decision.kind === "not_due") return decision;
    if (decision.kind !== "make") {
      logger.warn({ sizeBytes, why: decision.kind }, "The database is not backed up");
      return decision;
    }
    const begun = time.elapsedMs();
    await backUpApart({ file, target: nameBackup(file, decision.number) }, this.#closing.signal);
    for (const number of decision.drop) await rm(nameBackup(file, number), { force: true });
    logger.info({ sizeBytes, number: decision.number, ms: Math.round(time.elapsedMs() - begun) }, "The database was backed up");
    return decision;
  }

  /** Ends a backup that is being made: it leaves nothing under its name. */
  async close(): Promise<void> {
    this.#cancel();
    this.#closing.abort(new Error("The daemon stops"));
    await this.#running;
  }

  #lookAfter(delayMs: number): () => void {
    return this.#deps.time.after(delayMs, () => {
      this.#running = this.look()
        .catch((error: unknown) => {
          if (!this.#closing.signal.aborted) this.#deps.logger.error({ err: error }, "The database could not be backed up");
        })
        .then(() => {
          if (!this.#closing.signal.aborted) this.#cancel = this.#lookAfter(LOOK_EVERY_MS);
        });
    });
  }
}
