import { cutTextStart } from "@boocode/shared/text/cut-text";
import { stat } from "node:fs/promises";
import type { Fault } from "@boocode/shared/faults/fault";
import type { Time } from "../time.ts";

const STDERR_TAIL = 2_000;
/** What git says of a ref that is not where the caller saw it: moved, made or deleted meanwhile. */
const MOVED =
  /cannot lock ref '([^']*)': (?:is at (\w+) but expected|reference already exists|reference is missing but expected|unable to resolve reference|expected )/;

/** What a git that ended with an unexpected exit code tells, in our words where we know them. */
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

/** Null where it has gone meanwhile. */
async function ageOf(time: Pick<Time, "now">, lock: string): Promise<number | null> {
  const found = await stat(lock).catch(() => null);
  return found && Math.max(0, Math.round(time.now() - found.mtimeMs));
}
