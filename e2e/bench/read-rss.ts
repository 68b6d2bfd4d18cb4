import { readdirSync, readFileSync } from "node:fs";

/** The resident memory of a process, in MB. */
export function readRss(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1_024;
}

/** The child of a process that has `name` in its command line. Throws if there is none. */
export function findChild(parent: number, name: string): number {
  const found = readdirSync("/proc").find(
    (pid) => /^\d+$/.test(pid) && read(pid, "stat").split(") ")[1]?.split(" ")[1] === String(parent) && read(pid, "cmdline").includes(name),
  );
  if (found === undefined) throw new Error(`Process ${parent} has no ${name}`);
  return Number(found);
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    // The process has just ended.
    return "";
  }
}
