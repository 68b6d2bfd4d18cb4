import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Sets how many files a process may have open, from outside of it: one that has reached its limit cannot start a program for that. */
const SETTER = 'while read -r limit; do prlimit --pid "$0" --nofile="$limit:" && echo set; done';

/**
 * Prepares to leave this process no room for another open file. Linux only. `during` runs work without room and restores the limit. Close it
 * at the end.
 */
export function prepareExhaustion() {
  const setter = spawn("sh", ["-c", SETTER, String(process.pid)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: setter.stdout });
  const usual = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))![1]!;
  const setTo = async (limit: number | string) => {
    const done = new Promise((resolve) => lines.once("line", resolve));
    setter.stdin.write(`${limit}\n`);
    await done;
  };
  return {
    async during<T>(work: () => Promise<T>): Promise<T> {
      // A number below the limit that is free can still be given out.
      const open = new Set(readdirSync("/proc/self/fd").map(Number));
      let lowestFree = 0;
      while (open.has(lowestFree)) lowestFree += 1;
      await setTo(lowestFree);
      try {
        return await work();
      } finally {
        await setTo(usual);
      }
    },
    close: () => void setter.stdin.end(),
  };
}

/** How many files this process has open. */
export const countOpenFiles = (): number => readdirSync("/proc/self/fd").length;
