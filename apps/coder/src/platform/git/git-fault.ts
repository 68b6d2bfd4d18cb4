import { cutTextStart } from "@boocode/shared/text/cut-text";
import { stat } from "node:fs/promises";
import type { Fault } from "@boocode/shared/faults/fault";
import type { Time } from "../time.ts";

const STDERR_TAIL = 2_000;
/** Git's messages for a ref that was moved, created or deleted since the caller read it. */
const MOVED =
  /cannot lock ref '([^']*)': (?:is at (\w+) but expected|reference already exists|reference is missing but expected|unable to resolve reference|expected )/;

/** Converts an unexpected exit of git into a fault; messages that are not recognised become `git_failed`. */
export async function toGitFault(
  time: Pick<Time, "now">,
  ended: { command: string; exitCode: number | null; stderr: string },
): Promise<Fault> {
  const { command, exitCode, stderr } = ended;
  const lock = /Unable to create '([^']*\.lock)': File exists/.exec(stderr)?.[1];
  if (lock !== undefined) return { kind: "git_locked", path: lock, ageMs: await ageOf(time, lock) };
  const blocked = /cannot lock ref '([^']*)': '([^']*)' exists; cannot create/.exec(stderr);
  if (blocked) return { kind: "ref_in_the_way", ref: blocked[2] ?? "", wanted: blocked[1] ?? "" };
  const moved = MOVED.exec(stderr);
  if (moved) return { kind: "ref_moved", ref: moved[1] ?? "", found: moved[2] ?? null };
  return { kind: "git_failed", command, exitCode, stderrTail: cutTextStart(stderr, STDERR_TAIL).trim() };
}

/** The age of a lock file; null if the file is gone. */
async function ageOf(time: Pick<Time, "now">, lock: string): Promise<number | null> {
  const found = await stat(lock).catch(() => null);
  return found && Math.max(0, Math.round(time.now() - found.mtimeMs));
}
