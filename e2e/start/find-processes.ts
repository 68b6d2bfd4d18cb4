import { readdirSync, readFileSync } from "node:fs";

/** The command lines of all living processes that have `home` in their environment. */
export function findProcesses(home: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).includes(home))
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " "));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
