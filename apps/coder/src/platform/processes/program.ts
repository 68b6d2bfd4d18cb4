import type { Launch } from "./launch.ts";
import { SupervisedChild, type ChildInput, type ProgramExit } from "./supervised-child.ts";

export interface Program extends Pick<ChildInput, "file" | "argv" | "cwd" | "env"> {
  /** Without it the program reads from `/dev/null`. */
  stdin?: string | Uint8Array | undefined;
  /** Of each stream: what comes after it need not be handed on. */
  mostOutputBytes?: number | undefined;
}

export type OnOutput = (stream: "stdout" | "stderr", chunk: Buffer) => void;

/** A program that was started, in a process group of its own. */
export interface StartedProgram {
  pid: number;
  /** What tells it from a later process of the same pid; empty where that cannot be told. */
  readStartTime(): Promise<string>;
  /** Its exit, after all that it wrote was handed on. What its background children still write after a short while is not waited for. */
  ended: Promise<ProgramExit>;
  /** Nothing more of it is read. */
  release(): void;
}

/** Rejects when the program could not be started, with the system's error (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`). */
export type StartProgram = (program: Program, onOutput: OnOutput) => Promise<StartedProgram>;

/** Starts programs as children of this process, in one way or the other. */
export function startBy(launch: Launch): StartProgram {
  return async ({ file, argv, cwd, env, stdin }, onOutput) => {
    const child = new SupervisedChild(launch, {
      file,
      argv,
      cwd,
      env,
      stdin,
      // Whoever reads it keeps what it wants of it.
      tailBytes: 0,
      onStdout: (chunk) => onOutput("stdout", chunk),
      onStderr: (chunk) => onOutput("stderr", chunk),
    });
    await child.started;
    const ended = child.ended.then(({ exitCode, signal }) => ({ exitCode, signal }));
    return { pid: child.pid!, readStartTime: () => child.readStartTime(), ended, release: () => child.release() };
  };
}
