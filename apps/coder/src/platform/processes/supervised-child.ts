import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Launch } from "./launch.ts";
import { OutputTail } from "./output-tail.ts";
import { killTree, type ProcessMarker } from "./process-tree.ts";
import type { ProcessIdentity } from "./table/process-table.ts";
import { SYSTEM_TABLE } from "./table/system-table.ts";

/** How long the output must be silent after the exit before reading stops: a background child that keeps the pipe open must not block the caller. */
export const DRAIN_MS = 100;
/** The most output that can still arrive after the exit: the largest pipe plus what was already read from it. Anything more was written after the exit. */
const MOST_AFTER_EXIT_BYTES = 2 * 1024 * 1024;
/** How long a consumer that takes no output can delay the end: it may itself be waiting for the end. */
const MOST_TAKING_MS = 2_000;
const DEFAULT_TAIL_BYTES = 4_000;

export interface ProgramExit {
  /** Null if a signal ended the program. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** How a child ended. `refusal` is the system's error if it could not be started (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`). */
export interface ChildEnd extends ProgramExit {
  refusal: NodeJS.ErrnoException | null;
}

/** Consumes output. If it returns a promise, reading pauses until the promise resolves. */
export type TakeOutput = (chunk: Buffer) => void | Promise<void>;

export interface ChildInput {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The complete environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** The program's input; without it the program reads from `/dev/null`. */
  stdin?: string | Uint8Array | undefined;
  /** Keeps the input open for {@link SupervisedChild.write}. */
  isWrittenTo?: boolean | undefined;
  /** A variable added to the environment, so that {@link SupervisedChild.end} also ends detached descendants. */
  marker?: ProcessMarker | undefined;
  onStdout?: TakeOutput | undefined;
  onStderr?: TakeOutput | undefined;
  /** How many bytes of standard error are kept. Default 4,000. */
  tailBytes?: number | undefined;
}

/** A child program in its own process group: reads its output, reports its end and ends it with its whole tree. */
export class SupervisedChild {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Rejects with the system's error if it could not be started. */
  readonly started: Promise<void>;
  /** Resolves with its end as soon as it exits. Never rejects. */
  readonly exited: Promise<ChildEnd>;
  /** Resolves with its end after all output up to the exit was consumed. Does not wait for later output of its background children. Never rejects. */
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcess | null;
  readonly #marker: ProcessMarker | undefined;
  #startTime: Promise<string> | null = null;
  readonly #tail: OutputTail;
  #takenBytes = 0;
  /** How many chunks are being consumed. */
  #taking = 0;
  #ending: Promise<boolean> | null = null;

  constructor(launch: Launch, input: ChildInput) {
    const { file, argv, cwd, stdin, marker, isWrittenTo = false } = input;
    const env = marker ? { ...input.env, [marker.name]: marker.value } : input.env;
    const { child, refused } = launch({ file, argv, cwd, env, hasInput: isWrittenTo || stdin !== undefined });
    this.#child = child;
    this.#marker = marker;
    this.#tail = new OutputTail(input.tailBytes ?? DEFAULT_TAIL_BYTES);
    this.pid = child?.pid;
    // Read the start time at once: after the exit, the pid may belong to another process. If reading it is slow, do so only for a marked
    // child, which is ended by identity later.
    if (SYSTEM_TABLE.isFast || marker) void this.readStartTime();
    // Keep these listeners for the child's whole life: an unhandled error event would end the daemon. A child that exits without reading
    // its input breaks the pipe; its exit reports that.
    for (const part of [child, child?.stdin, child?.stdout, child?.stderr]) part?.on("error", () => {});
    const { onStdout, onStderr } = input;
    const closed = Promise.all([
      this.#read(child?.stdout, onStdout ?? (() => {})),
      this.#read(child?.stderr, (chunk) => {
        this.#tail.push(chunk);
        return onStderr?.(chunk);
      }),
    ]);
    this.exited = Promise.race([untilExit(child), refused.then((refusal) => ({ exitCode: null, signal: null, refusal }))]);
    this.ended = this.exited.then(async (exit) => {
      if (exit.refusal === null) await this.#drain(closed);
      return exit;
    });
    this.started = this.pid === undefined ? refused.then((error) => Promise.reject(error)) : Promise.resolve();
    this.started.catch(() => {});
    if (!isWrittenTo) child?.stdin?.end(stdin);
  }

  /** The last part of its standard error. */
  get stderrTail(): string {
    return this.#tail.read().trim();
  }

  get hasExited(): boolean {
    return !this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The start time, which distinguishes it from a later process with the same pid; empty if unknown. */
  readStartTime(): Promise<string> {
    return (this.#startTime ??= this.#askStartTime());
  }

  /** Null if it could not be started. */
  async identify(): Promise<ProcessIdentity | null> {
    return this.pid === undefined ? null : { pid: this.pid, startTime: await this.readStartTime() };
  }

  /** Writes to its standard input while that is open. */
  write(chunk: string | Uint8Array): void {
    if (this.#child?.stdin?.writable) this.#child.stdin.write(chunk);
  }

  endInput(): void {
    this.#child?.stdin?.end();
  }

  /** Signals its whole process group. Does nothing if it is already gone. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined || this.hasExited) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It has exited meanwhile; `exited` reports that.
    }
  }

  /** Ends it and everything it started, even after its own exit: TERM, then KILL after `graceMs`. Idempotent. Returns whether all are gone. */
  end(graceMs = 2_000): Promise<boolean> {
    if (this.pid === undefined) return Promise.resolve(true);
    return (this.#ending ??= this.#end(this.pid, graceMs));
  }

  /** Stops reading its output. */
  release(): void {
    for (const stream of [this.#child?.stdin, this.#child?.stdout, this.#child?.stderr]) stream?.destroy();
  }

  async #end(pid: number, graceMs: number): Promise<boolean> {
    return killTree(pid, await this.readStartTime(), { graceMs, ...(this.#marker && { marker: this.#marker }) });
  }

  async #askStartTime(): Promise<string> {
    if (this.pid === undefined || this.hasExited) return "";
    if (SYSTEM_TABLE.isFast) return SYSTEM_TABLE.readStartTime(this.pid);
    const entry = await SYSTEM_TABLE.find(this.pid).catch(() => null);
    return entry?.startTime ?? "";
  }

  /** Resolves when the stream is closed and all of it was consumed. */
  #read(stream: Readable | null | undefined, take: TakeOutput): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let last = Promise.resolve();
    let waiting = 0;
    const goOn = () => {
      this.#taking -= 1;
      if (--waiting === 0) stream?.resume();
    };
    stream?.on("data", (chunk: Buffer) => {
      this.#takenBytes += chunk.length;
      // At the exit, Node resumes even a paused stream, so queue the chunks here.
      const room = waiting === 0 ? take(chunk) : last.then(() => take(chunk));
      if (!room) return;
      waiting += 1;
      this.#taking += 1;
      stream.pause();
      last = room.then(goOn, goOn);
    });
    stream?.on("close", () => void last.then(resolve));
    return promise;
  }

  async #drain(closed: Promise<unknown>): Promise<void> {
    let isClosed = false;
    void closed.then(() => (isClosed = true));
    const mostBytes = this.#takenBytes + MOST_AFTER_EXIT_BYTES;
    for (let quietMs = 0; !isClosed && quietMs < (this.#taking > 0 ? MOST_TAKING_MS : DRAIN_MS) && this.#takenBytes < mostBytes;) {
      const before = this.#takenBytes;
      // After a delay, the event loop runs timers before it polls the pipes. Wait for one poll after the timer: it reads everything written
      // before the exit. Otherwise truncated output could pass for complete output.
      await Promise.race([closed, delay(DRAIN_MS).then(() => nextTurn())]);
      quietMs = this.#takenBytes === before ? quietMs + DRAIN_MS : 0;
    }
  }
}

function untilExit(child: ChildProcess | null): Promise<ChildEnd> {
  return new Promise((resolve) => child?.once("exit", (exitCode, signal) => resolve({ exitCode, signal, refusal: null })));
}
