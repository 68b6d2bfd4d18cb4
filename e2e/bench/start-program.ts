import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface StartedProgram {
  /** The address the program printed after `ready at`. */
  address: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts a program of `limits/` with this Node, and resolves when it has printed its address. */
export async function startProgram(
  name: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<StartedProgram> {
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, "limits", name), ...argv], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  const gone = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, address] = /^ready at (\S+)$/.exec(line) ?? [];
    if (address === undefined) continue;
    child.stdout.resume();
    return {
      address,
      pid: child.pid!,
      stop: async () => {
        child.kill("SIGTERM");
        await gone;
      },
    };
  }
  throw new Error(`${name} ended before it was ready`);
}
