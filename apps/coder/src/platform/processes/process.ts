import { setTimeout as delay } from "node:timers/promises";
import { killTree, type ProcessMarker } from "./process-tree.ts";
import type { OnOutput, Program, StartedProgram, StartProgram } from "./program.ts";
import { startProgram } from "./start-program.ts";
import { DRAIN_MS, type ProgramExit } from "./supervised-child.ts";

export { findProcessesByMarker, identifyProcess, killTree } from "./process-tree.ts";
export type { ProcessMarker } from "./process-tree.ts";
export type { ProcessIdentity } from "./table/process-table.ts";

export interface RunProcessInput extends Omit<Program, "mostOutputBytes"> {
  /** The time limit. When it passes, the whole tree is ended and `timedOut` is set. */
  timeoutMs: number;
  /** The limit for each stream. Output beyond it is read and dropped, and `truncated` is set. */
  maxOutputBytes: number;
  /** Ends the whole tree when aborted; `aborted` is set. */
  signal?: AbortSignal | undefined;
  /** Called with every chunk as it arrives, including those beyond `maxOutputBytes`. */
  onOutput?: OnOutput | undefined;
  /** Ends the tree at the first byte over `maxOutputBytes` instead of reading on. */
  endWhenTruncated?: boolean | undefined;
  /** Milliseconds between TERM and KILL. Default 2,000. */
  graceMs?: number | undefined;
  /** A variable added to the environment, so that ending the process also ends detached descendants. */
  marker?: ProcessMarker | undefined;
  /** Starts the program; default: as a child of this process. */
  start?: StartProgram | undefined;
}

export interface ProcessResult extends ProgramExit {
  stdout: Buffer;
  stderr: Buffer;
  timedOut: boolean;
  truncated: boolean;
  aborted: boolean;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a program to its end, in its own process group and without a shell.
 *
 * Settles at the exit plus a short drain of its output. On a time limit or abort, the whole tree is ended first, with TERM and then KILL.
 * Background processes that the program left running when it exited by itself are not touched. Rejects only if the program could not be
 * started, with the system's error (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`).
 */
export async function runProcess(input: RunProcessInput): Promise<ProcessResult> {
  const stdout = new Output(input.maxOutputBytes);
  const stderr = new Output(input.maxOutputBytes);
  const toResult = (exit: ProgramExit | null, why: "timeout" | "abort" | "overflow" | null): ProcessResult => ({
    exitCode: exit?.exitCode ?? null,
    signal: exit?.signal ?? null,
    stdout: stdout.read(),
    stderr: stderr.read(),
    timedOut: why === "timeout",
    truncated: stdout.isTruncated || stderr.isTruncated,
    aborted: why === "abort",
  });
  if (input.signal?.aborted) return toResult(null, "abort");

  const { promise: overflown, resolve: onOverflow } = Promise.withResolvers<void>();
  const { file, argv, cwd, stdin, marker, start = startProgram } = input;
  const env = marker ? { ...input.env, [marker.name]: marker.value } : input.env;
  // One extra byte shows that the output was truncated.
  const mostOutputBytes = input.onOutput ? undefined : input.maxOutputBytes + 1;
  const program = await start({ file, argv, cwd, env, stdin, mostOutputBytes }, (stream, chunk) => {
    input.onOutput?.(stream, chunk);
    const output = stream === "stdout" ? stdout : stderr;
    output.add(chunk);
    if (output.isTruncated && input.endWhenTruncated) onOverflow();
  });

  let reason: "timeout" | "abort" | "overflow" | null = null;
  const ending: { done: Promise<unknown> | null } = { done: null };
  const { promise: killed, resolve: onKilled } = Promise.withResolvers<void>();
  const end = (why: NonNullable<typeof reason>) => {
    if (ending.done) return;
    reason = why;
    ending.done = endTree(program, input.graceMs ?? 2_000, marker).finally(onKilled);
  };
  const onAbort = () => end("abort");
  const timer = setTimeout(() => end("timeout"), Math.min(input.timeoutMs, MAX_TIMER_MS));
  input.signal?.addEventListener("abort", onAbort, { once: true });
  // The abort may have happened while the program was starting.
  if (input.signal?.aborted) onAbort();
  void overflown.then(() => end("overflow"));

  try {
    const exit = await Promise.race([program.ended, killed.then(() => delay(2 * DRAIN_MS, null))]);
    clearTimeout(timer);
    await ending.done;
    return toResult(exit, reason);
  } finally {
    clearTimeout(timer);
    input.signal?.removeEventListener("abort", onAbort);
    program.release();
  }
}

async function endTree(program: StartedProgram, graceMs: number, marker: ProcessMarker | undefined): Promise<boolean> {
  return killTree(program.pid, await program.readStartTime(), { graceMs, ...(marker && { marker }) });
}

/** Keeps the first bytes of a stream. */
class Output {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  isTruncated = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const room = this.#maxBytes - this.#size;
    if (room > 0) this.#chunks.push(room < chunk.length ? Buffer.from(chunk.subarray(0, room)) : chunk);
    this.#size += Math.min(Math.max(room, 0), chunk.length);
    if (chunk.length > room) this.isTruncated = true;
  }

  read(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
