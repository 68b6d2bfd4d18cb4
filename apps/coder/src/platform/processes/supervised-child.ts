import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Launch } from "./launch.ts";
import { OutputTail } from "./output-tail.ts";
import { killTree, type ProcessMarker } from "./process-tree.ts";
import type { ProcessIdentity } from "./table/process-table.ts";
import { SYSTEM_TABLE } from "./table/system-table.ts";

/** How long nothing may come after the exit before reading ends: a background child that keeps the pipe open must not hold the caller. */
export const DRAIN_MS = 100;
/** More than this after the exit was written after it: the largest pipe, and what was read of it already. */
const MOST_AFTER_EXIT_BYTES = 2 * 1024 * 1024;
/** Whoever takes nothing more for so long does not hold the end either: they may be waiting for it. */
const MOST_TAKING_MS = 2_000;
const DEFAULT_TAIL_BYTES = 4_000;

export interface ProgramExit {
  /** Null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** How it ended; `refusal` is the system's error where it could not be started (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`). */
export interface ChildEnd extends ProgramExit {
  refusal: NodeJS.ErrnoException | null;
}

/** Takes output. What it returns, if anything, resolves when there is room for more: nothing is read meanwhile. */
export type TakeOutput = (chunk: Buffer) => void | Promise<void>;

export interface ChildInput {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** What it reads. Without it, it reads from `/dev/null`. */
  stdin?: string | Uint8Array | undefined;
  /** Its input stays open for {@link SupervisedChild.write}. */
  isWrittenTo?: boolean | undefined;
  /** Set in its environment; {@link SupervisedChild.end} then also ends what detached itself from it. */
  marker?: ProcessMarker | undefined;
  onStdout?: TakeOutput | undefined;
  onStderr?: TakeOutput | undefined;
  /** How much of its standard error is kept, in bytes. Default 4,000. */
  tailBytes?: number | undefined;
}

/** A program that was started in a process group of its own: what it says, how it ends, and how all of it is ended. */
export class SupervisedChild {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Rejects with the system's error where it could not be started. */
  readonly started: Promise<void>;
  /** Its end, as soon as it is known. Never rejects. */
  readonly exited: Promise<ChildEnd>;
  /** Its end, after all that it wrote until then was taken. What its background children write later is not waited for. Never rejects. */
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcess | null;
  readonly #marker: ProcessMarker | undefined;
  #startTime: Promise<string> | null = null;
  readonly #tail: OutputTail;
  #takenBytes = 0;
  /** Chunks that are being taken. */
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
    // Read at once: when it has ended, its pid may be another's. Where that costs, only for what is ended by its marker later.
    if (SYSTEM_TABLE.isFast || marker) void this.readStartTime();
    // Stay for the child's whole life: an error event without a listener would end the daemon. One that exits without reading its input
    // breaks the pipe: its exit tells, not the pipe.
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

  /** What it said on its standard error last. */
  get stderrTail(): string {
    return this.#tail.read().trim();
  }

  get hasExited(): boolean {
    return !this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** What tells it from a later process of the same pid; empty where that cannot be told. */
  readStartTime(): Promise<string> {
    return (this.#startTime ??= this.#askStartTime());
  }

  /** Null where it could not be started. */
  async identify(): Promise<ProcessIdentity | null> {
    return this.pid === undefined ? null : { pid: this.pid, startTime: await this.readStartTime() };
  }

  /** To its standard input, while that is open. */
  write(chunk: string | Uint8Array): void {
    if (this.#child?.stdin?.writable) this.#child.stdin.write(chunk);
  }

  endInput(): void {
    this.#child?.stdin?.end();
  }

  /** To its whole group. Gone already is fine. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined || this.hasExited) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It went meanwhile: its exit tells.
    }
  }

  /** Ends it with everything it started, TERM, then KILL after `graceMs`; also when it is gone itself. Idempotent. Answers whether all of it is gone. */
  end(graceMs = 2_000): Promise<boolean> {
    if (this.pid === undefined) return Promise.resolve(true);
    return (this.#ending ??= this.#end(this.pid, graceMs));
  }

  /** Nothing more of it is read. */
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

  /** Resolves when the stream is closed and all of it was taken. */
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
      // At the exit Node reads on, paused or not: then they wait for each other here.
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
      // A loop that was held up comes to its timers before it looks at the pipes again. Whatever was written before the exit lies in them by
      // then, and the look takes it: without that, output could be cut off and pass for whole.
      await Promise.race([closed, delay(DRAIN_MS).then(() => nextTurn())]);
      quietMs = this.#takenBytes === before ? quietMs + DRAIN_MS : 0;
    }
  }
}

function untilExit(child: ChildProcess | null): Promise<ChildEnd> {
  return new Promise((resolve) => child?.once("exit", (exitCode, signal) => resolve({ exitCode, signal, refusal: null })));
}
