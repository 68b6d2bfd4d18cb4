import { spawn, type ChildProcess } from "node:child_process";

/** What the system is asked to start: in a group of its own, without a shell, with pipes for its output. */
export interface LaunchInput {
  file: string;
  argv: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Without a pipe it reads from `/dev/null`. */
  hasInput: boolean;
}

/** What came of it. */
export interface Launched {
  /** Has a pid where it was started; null where it was not even tried. */
  child: ChildProcess | null;
  /** Resolves with the system's error where it could not be started, else never. */
  refused: Promise<NodeJS.ErrnoException>;
}

export type Launch = (input: LaunchInput) => Launched;

/** Starts by Node's own `spawn`. For the process that starts git, where what execa adds to a start would count (ADR 11). */
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
