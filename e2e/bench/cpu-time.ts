import { readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second, on every Linux there is. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds of processor time a process has used, or null where the system does not tell in this way.
 * Unlike the time on the clock it hardly changes with what else runs on the machine.
 */
export function readCpuSeconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything; user and system time are the twelfth and thirteenth after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
