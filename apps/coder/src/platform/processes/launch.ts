import { spawn, type ChildProcess } from "node:child_process";

/** A program to start in its own process group, without a shell, with pipes for its output. */
export interface LaunchInput {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The complete environment; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** True for an input pipe; otherwise the program reads from `/dev/null`. */
  hasInput: boolean;
}

/** The result of a launch. */
export interface Launched {
  /** Has a pid if the program was started; null if no start was attempted. */
  child: ChildProcess | null;
  /** Resolves with the system's error if the program could not be started; otherwise never settles. */
  refused: Promise<NodeJS.ErrnoException>;
}

export type Launch = (input: LaunchInput) => Launched;

/** Starts a program with Node's own `spawn`. The process that starts git uses it, because execa's overhead per start would be noticeable there (ADR 11). */
export const launchPlainly: Launch = ({ file, argv, cwd, env, hasInput }) => {
  try {
    const child = spawn(file, argv, {
      cwd,
      env,
      detached: true,
      windowsHide: true,
      stdio: [hasInput ? "pipe" : "ignore", "pipe", "pipe"],
    });
    return { child, refused: new Promise((resolve) => child.once("error", resolve)) };
  } catch (error) {
    return { child: null, refused: Promise.resolve(error as NodeJS.ErrnoException) };
  }
};
