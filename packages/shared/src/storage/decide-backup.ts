/** The hours between two regular backups of the database. */
const EVERY_MS = 24 * 3_600_000;
/** How many regular backups are kept. */
const MOST_KEPT = 3;
/** What regular backups may take together, in bytes. A larger database has fewer of them, and none above this size. */
export const BACKUPS_MAX_BYTES = 4 * 1024 ** 3;

export interface BackupSituation {
  /** The size of the database. */
  sizeBytes: number;
  /** The free space on its drive. */
  freeBytes: number;
  /** When the database was last written; epoch milliseconds. */
  changedAt: number;
  /** The regular backups there are. */
  backups: readonly { number: number; at: number }[];
}

export type BackupDecision =
  /** `drop`: the numbers of those that are too many once the new one is there. */
  { kind: "make"; number: number; drop: number[] } | { kind: "not_due" } | { kind: "too_large" } | { kind: "no_room" };

/**
 * Decides whether the database is backed up now. Their order is that of their numbers, because clocks may jump; a newest backup from the
 * future does not count as one. A database that nobody wrote to since the newest backup needs no other.
 */
export function decideBackup({ sizeBytes, freeBytes, changedAt, backups }: BackupSituation, now: number): BackupDecision {
  const sorted = backups.toSorted((a, b) => b.number - a.number);
  const newest = sorted[0];
  const age = newest ? now - newest.at : Infinity;
  if (newest && age >= 0 && (age < EVERY_MS || changedAt <= newest.at)) return { kind: "not_due" };
  const kept = Math.min(MOST_KEPT, Math.floor(BACKUPS_MAX_BYTES / Math.max(1, sizeBytes)));
  if (kept === 0) return { kind: "too_large" };
  if (freeBytes < 2 * sizeBytes) return { kind: "no_room" };
  return { kind: "make", number: (newest?.number ?? 0) + 1, drop: sorted.slice(kept - 1).map(({ number }) => number) };
}
