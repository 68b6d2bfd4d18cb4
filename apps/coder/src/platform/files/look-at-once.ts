import { lstatSync, readFileSync, statSync, type BigIntStats } from "node:fs";

/*
 * A checkpoint looks at dozens of small things. Each of these looks takes some microseconds, and waiting for a thread takes ten times as
 * long, so they are made at once.
 */

const EXACT = { bigint: true, throwIfNoEntry: false } as const;

/** Looks at what a path leads to; null if nothing is there, or it may not be looked at. */
export function lookAtOnce(path: string): BigIntStats | null {
  return orNull(() => statSync(path, EXACT));
}

/** Looks at what stands at a path, and follows no link there. */
export function lookAtEntryOnce(path: string): BigIntStats | null {
  return orNull(() => lstatSync(path, EXACT));
}

/**
 * Reads a small file that only BooCode writes; null if it is not there or cannot be read. Not for files that anybody else may replace: a pipe
 * in the place of one would stop the daemon.
 */
export function readOwnNote(path: string): Buffer | null {
  return orNull(() => readFileSync(path));
}

function orNull<T>(look: () => T | undefined): T | null {
  try {
    return look() ?? null;
  } catch {
    return null;
  }
}
