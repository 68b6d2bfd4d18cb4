import { spawn, type ChildProcess } from "node:child_process";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { killTree, readStartTime, type KillTreeOptions, type ProcessMarker } from "./process-tree.ts";

export { findProcessesByMarker, identifyProcess, killTree } from "./process-tree.ts";
export type { ProcessIdentity, ProcessMarker } from "./process-tree.ts";

export interface RunProcessInput {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited from the daemon. */
  env: Readonly<Record<string, string>>;
  /** After this the whole tree is ended and `timedOut` is set. */
  timeoutMs: number;
  /** Of each stream. What comes after it is read and dropped, and `truncated` is set. */
  maxOutputBytes: number;
  /** Without it the process reads from `/dev/null`. */
  stdin?: string | Uint8Array | undefined;
  /** Ends the whole tree when aborted; `aborted` is set. */
  signal?: AbortSignal | undefined;
  /** Every chunk as it comes, those beyond `maxOutputBytes` too. */
  onOutput?: ((stream: "stdout" | "stderr", chunk: Buffer) => void) | undefined;
  /** Ends the tree at the first byte over `maxOutputBytes` instead of reading on. */
  endWhenTruncated?: boolean | undefined;
  /** Milliseconds between TERM and KILL. Default 2,000. */
  graceMs?: number | undefined;
  /** Set in the environment; ending the process then also ends what detached itself from it. */
  marker?: ProcessMarker | undefined;
}

export interface ProcessResult {
  /** Null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: Buffer;
  timedOut: boolean;
  truncated: boolean;
  aborted: boolean;
}

/** How long output may still arrive after the exit: a background child that keeps the pipe open must not hold the caller. */
const DRAIN_MS = 100;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs a program to its end, in a process group of its own, without a shell.
 *
 * Settles at the exit plus a short drain of its output. On time limit or abort the whole tree is ended first, TERM then KILL.
 * What a program left running in the background when it exited by itself is left alone. Rejects only when the program could
 * not be started, with the system's error (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`).
 */
export async function runProcess(input: RunProcessInput): Promise<ProcessResult> {
  if (input.signal?.aborted) {
    return {
      exitCode: null,
      signal: null,
      stdout: Buffer.alloc(0),
      stderr: Buffer.alloc(0),
      timedOut: false,
      truncated: false,
      aborted: true,
    };
  }
  const child = await start(input);
  const pid = child.pid as number;

  let reason: "timeout" | "abort" | "overflow" | null = null;
  const ending: { done: Promise<unknown> | null } = { done: null };
  const { promise: killed, resolve: onKilled } = Promise.withResolvers<void>();
  const end = (why: NonNullable<typeof reason>) => {
    if (ending.done) return;
    reason = why;
    const options: KillTreeOptions = { graceMs: input.graceMs ?? 2_000 };
    if (input.marker) options.marker = input.marker;
    const isRunning = child.exitCode === null && child.signalCode === null;
    ending.done = killTree(pid, isRunning ? readStartTime(pid) : "", options).finally(onKilled);
  };
  const onAbort = () => end("abort");
  const timer = setTimeout(() => end("timeout"), Math.min(input.timeoutMs, MAX_TIMER_MS));
  input.signal?.addEventListener("abort", onAbort, { once: true });
  // It may have come while the program was starting.
  if (input.signal?.aborted) onAbort();

  const stdout = collect(child.stdout, "stdout", input, () => end("overflow"));
  const stderr = collect(child.stderr, "stderr", input, () => end("overflow"));
  try {
    const exit = await Promise.race([exitOf(child), killed.then(() => delay(DRAIN_MS, null))]);
    clearTimeout(timer);
    await ending.done;
    // A loop that was held up comes to its timers before it looks at the pipes again. Whatever was written before the exit lies in them by
    // then, and one look takes all of it: without that, output could be cut off and pass for whole.
    await Promise.race([Promise.all([stdout.closed, stderr.closed]), delay(DRAIN_MS).then(() => nextTurn())]);
    return {
      exitCode: exit?.exitCode ?? null,
      signal: exit?.signal ?? null,
      stdout: stdout.read(),
      stderr: stderr.read(),
      timedOut: (reason as string | null) === "timeout",
      truncated: stdout.isTruncated() || stderr.isTruncated(),
      aborted: (reason as string | null) === "abort",
    };
  } finally {
    clearTimeout(timer);
    input.signal?.removeEventListener("abort", onAbort);
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.stdin?.destroy();
  }
}

async function start(input: RunProcessInput): Promise<ChildProcess> {
  const env = input.marker ? { ...input.env, [input.marker.name]: input.marker.value } : { ...input.env };
  const child = spawn(input.file, input.argv, {
    cwd: input.cwd,
    env,
    detached: true,
    windowsHide: true,
    stdio: [input.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("spawn", resolve);
  // Stays for the child's whole life: an error event without a listener would end the daemon.
  child.on("error", reject);
  // A program that exits without reading its input breaks the pipe: its exit code tells, not the pipe.
  child.stdin?.on("error", () => {});
  await promise;
  child.stdin?.end(input.stdin);
  return child;
}

function exitOf(child: ChildProcess): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve({ exitCode: child.exitCode, signal: child.signalCode });
  return new Promise((resolve) => child.once("exit", (exitCode, signal) => resolve({ exitCode, signal })));
}

function collect(stream: NodeJS.ReadableStream | null, name: "stdout" | "stderr", input: RunProcessInput, onOverflow: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  stream?.on("data", (chunk: Buffer) => {
    input.onOutput?.(name, chunk);
    const room = input.maxOutputBytes - size;
    if (room > 0) chunks.push(room < chunk.length ? Buffer.from(chunk.subarray(0, room)) : chunk);
    size += Math.min(Math.max(room, 0), chunk.length);
    if (chunk.length <= room) return;
    truncated = true;
    if (input.endWhenTruncated) onOverflow();
  });
  stream?.on("error", () => resolve());
  stream?.on("close", () => resolve());
  if (!stream) resolve();
  return { closed, read: () => Buffer.concat(chunks), isTruncated: () => truncated };
}
