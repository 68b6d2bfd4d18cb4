import type { Launch } from "./launch.ts";
import { SupervisedChild, type ChildInput, type ProgramExit } from "./supervised-child.ts";

export interface Program extends Pick<ChildInput, "file" | "argv" | "cwd" | "env"> {
  /** The program's input; without it the program reads from `/dev/null`. */
  stdin?: string | Uint8Array | undefined;
  /** The limit for each stream; output beyond it need not be passed on. */
  mostOutputBytes?: number | undefined;
}

export type OnOutput = (stream: "stdout" | "stderr", chunk: Buffer) => void;

/** A running program in its own process group. */
export interface StartedProgram {
  pid: number;
  /** The start time, which distinguishes it from a later process with the same pid; empty if unknown. */
  readStartTime(): Promise<string>;
  /** Resolves with its exit after all its output was passed on. Does not wait for later output of its background children. */
  ended: Promise<ProgramExit>;
  /** Stops reading its output. */
  release(): void;
}

/** Starts a program. Rejects if it could not be started, with the system's error (`code` is `ENOENT`, `EACCES`, …; `ENOENT` also for a missing `cwd`). */
export type StartProgram = (program: Program, onOutput: OnOutput) => Promise<StartedProgram>;

/** Makes a function that starts programs as children of this process with the given launcher. */
export function startBy(launch: Launch): StartProgram {
  return async ({ file, argv, cwd, env, stdin }, onOutput) => {
    const child = new SupervisedChild(launch, {
      file,
      argv,
      cwd,
      env,
      stdin,
      // The reader of the output keeps what it needs.
      tailBytes: 0,
      onStdout: (chunk) => onOutput("stdout", chunk),
      onStderr: (chunk) => onOutput("stderr", chunk),
    });
    await child.started;
    const ended = child.ended.then(({ exitCode, signal }) => ({ exitCode, signal }));
    return { pid: child.pid!, readStartTime: () => child.readStartTime(), ended, release: () => child.release() };
  };
}
