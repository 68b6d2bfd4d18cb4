import { closeSync, openSync } from "node:fs";

/**
 * Runs `start`, which starts a program in a new pseudoterminal, while every descriptor up to `highest` is in use.
 *
 * The package keeps a program from inheriting descriptors only up to the first unused number. With a gap below another pseudoterminal, as
 * after one was closed, the program would hold that one open: hanging up on it would then tell nobody. Throws if the system is out of
 * descriptors.
 */
export function withoutGaps<T>(highest: number, start: () => T): T {
  const held: number[] = [];
  try {
    while ((held.at(-1) ?? -1) < highest) held.push(openSync("/dev/null", "r"));
    return start();
  } finally {
    for (const fd of held) closeSync(fd);
  }
}
