import { execa } from "execa";
import type { Launch } from "./launch.ts";

/**
 * Starts a program with execa. Its own buffering, waiting and cleanup are off, because BooCode limits output itself and ends a process
 * together with its whole tree, by identity.
 */
export const launchWithExeca: Launch = ({ file, argv, cwd, env, hasInput }) => {
  try {
    const started = execa(file, argv, {
      cwd,
      env,
      extendEnv: false,
      detached: true,
      stdin: hasInput ? "pipe" : "ignore",
      buffer: false,
      encoding: "buffer",
      reject: false,
      cleanup: false,
      forceKillAfterDelay: false,
      verbose: "none",
    });
    const refused = started.then((result) => {
      const error = result instanceof Error ? (result.cause as NodeJS.ErrnoException | undefined) : undefined;
      // A started program reports an exit, never a refusal.
      return started.pid === undefined && error ? error : new Promise<never>(() => {});
    });
    return { child: started.nodeChildProcess, refused };
  } catch (error) {
    // execa itself throws for input that no system accepts, such as a NUL byte in an argument.
    return { child: null, refused: Promise.resolve(error as NodeJS.ErrnoException) };
  }
};
