import { readFileSync } from "node:fs";

/** The kernel counts in hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

/**
 * The processor time a process has used, in seconds, or null if the system has no `/proc`.
 * Unlike wall-clock time, it hardly depends on the machine's other load.
 */
export function readCpuSeconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name is in parentheses and may contain anything; user and system time are the twelfth and thirteenth fields after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
