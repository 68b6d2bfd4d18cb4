import { spawn, type ChildProcess } from "node:child_process";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { readStartTime } from "./process-tree.ts";

export interface Program {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Without it the program reads from `/dev/null`. */
  stdin?: string | Uint8Array | undefined;
  /** Of each stream: what comes after it need not be handed on. */
  mostOutputBytes?: number | undefined;
}

export interface ProgramExit {
  /** Null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export type OnOutput = (stream: "stdout" | "stderr", chunk: Buffer) => void;

/** A program that was started, in a process group of its own. */
export interface StartedProgram {
  pid: number;
  /** What tells it from a later process of the same pid; empty where that cannot be told, or where it has ended. */
  readStartTime(): string;
  /** Its exit, after all that it wrote was handed on. What its background children still write after a short while is not waited for. */
  ended: Promise<ProgramExit>;
  /** Nothing more of it is read. */
  release(): void;
}

/** Rejects when the program could not be started, with the system's error (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`). */
export type StartProgram = (program: Program, onOutput: OnOutput) => Promise<StartedProgram>;

/** How long output may still arrive after the exit: a background child that keeps the pipe open must not hold the caller. */
export const DRAIN_MS = 100;

/** Starts a program as a child of this process. */
export async function startProgram(program: Program, onOutput: OnOutput): Promise<StartedProgram> {
  const child = spawn(program.file, program.argv, {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    windowsHide: true,
    stdio: [program.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once("spawn", resolve);
  // Stays for the child's whole life: an error event without a listener would end the daemon.
  child.on("error", reject);
  // A program that exits without reading its input breaks the pipe: its exit code tells, not the pipe.
  child.stdin?.on("error", () => {});
  const closed = Promise.all([hand(child.stdout, "stdout", onOutput), hand(child.stderr, "stderr", onOutput)]);
  await promise;
  child.stdin?.end(program.stdin);
  return {
    pid: child.pid as number,
    readStartTime: () => (child.exitCode === null && child.signalCode === null ? readStartTime(child.pid as number) : ""),
    ended: exitOf(child).then(async (exit) => {
      // A loop that was held up comes to its timers before it looks at the pipes again. Whatever was written before the exit lies in them by
      // then, and one look takes all of it: without that, output could be cut off and pass for whole.
      await Promise.race([closed, delay(DRAIN_MS).then(() => nextTurn())]);
      return exit;
    }),
    release: () => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    },
  };
}

function exitOf(child: ChildProcess): Promise<ProgramExit> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve({ exitCode: child.exitCode, signal: child.signalCode });
  return new Promise((resolve) => child.once("exit", (exitCode, signal) => resolve({ exitCode, signal })));
}

/** Resolves when the stream is closed. */
function hand(stream: NodeJS.ReadableStream | null, name: "stdout" | "stderr", onOutput: OnOutput): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream?.on("data", (chunk: Buffer) => onOutput(name, chunk));
  stream?.on("error", () => resolve());
  stream?.on("close", () => resolve());
  return promise;
}
