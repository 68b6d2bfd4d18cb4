import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** The variables that stay visible in this process. */
const KEPT = new Set(["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR"]);
/** The field of `/proc/self/stat`, counted after the program's name, with the address of the environment. */
const ENV_START_FIELD = 47;

/**
 * Removes the person's keys from the launcher's environment once the daemon has them. An agent's command can read the environment of all
 * processes above it. `apps/coder/src/platform/processes/hide-environment.ts` does the same for the daemon. If the system does not let a
 * process write its own memory, the bytes stay.
 */
export function hideEnvironment() {
  for (const name of Object.keys(process.env)) if (!KEPT.has(name)) delete process.env[name];
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const start = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[ENV_START_FIELD]);
    const shown = readFileSync("/proc/self/environ");
    if (!(start > 0)) return;
    const memory = openSync("/proc/self/mem", "r+");
    for (let from = 0; from < shown.length;) {
      const end = shown.indexOf(0, from);
      const to = end === -1 ? shown.length : end;
      if (!KEPT.has(shown.toString("latin1", from, to).split("=")[0]))
        writeSync(memory, Buffer.alloc(to - from), 0, to - from, start + from);
      from = to + 1;
    }
    closeSync(memory);
  } catch {
    // The system does not support this: architecture.md says what others can see then.
  }
}
