import { execa } from "execa";
import type { Launch } from "./launch.ts";

/**
 * Starts by execa. What it would keep, wait for and end by itself is off: output has limits of ours, and a process is ended with its whole
 * tree, by identity.
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
      // One that was started has an end, and no refusal.
      return started.pid === undefined && error ? error : new Promise<never>(() => {});
    });
    return { child: started.nodeChildProcess, refused };
  } catch (error) {
    // It refuses by itself what no system takes, such as a NUL byte in an argument.
    return { child: null, refused: Promise.resolve(error as NodeJS.ErrnoException) };
  }
};
