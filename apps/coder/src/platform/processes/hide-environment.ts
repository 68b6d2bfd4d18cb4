import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** The index, after the program name, of the field in `/proc/self/stat` that holds the start address of the environment. */
const ENV_START_FIELD = 47;

/**
 * Removes every variable that `isKept` rejects from this process's environment, and from the copy that the system shows to other processes.
 *
 * Deleting a variable from `env` is not enough: `/proc/<pid>/environ` keeps showing the bytes from the start of the process. On Linux these
 * bytes are overwritten in memory. Returns true if other processes can no longer see the variables; false if the system offers no way to
 * hide them.
 */
export function hideEnvironment(env: NodeJS.ProcessEnv, isKept: (name: string) => boolean): boolean {
  for (const name of Object.keys(env)) if (!isKept(name)) delete env[name];
  try {
    overwrite(isKept);
    return listHidden(readShown(), isKept).length === 0;
  } catch {
    return false;
  }
}

function overwrite(isKept: (name: string) => boolean): void {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const start = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[ENV_START_FIELD]);
  if (!(start > 0)) throw new Error("The system does not report where the environment starts");
  const memory = openSync("/proc/self/mem", "r+");
  try {
    // Overwriting is safe: the variables are already deleted from `env`, and the kept ones are not touched.
    for (const { from, length } of listHidden(readShown(), isKept)) writeSync(memory, Buffer.alloc(length), 0, length, start + from);
  } finally {
    closeSync(memory);
  }
}

const readShown = () => readFileSync("/proc/self/environ");

/** Finds the byte ranges of the variables to hide. */
function listHidden(shown: Buffer, isKept: (name: string) => boolean): { from: number; length: number }[] {
  const hidden: { from: number; length: number }[] = [];
  for (let from = 0; from < shown.length;) {
    const end = shown.indexOf(0, from);
    const to = end === -1 ? shown.length : end;
    const name = shown.toString("latin1", from, to).split("=")[0] ?? "";
    if (to > from && !isKept(name)) hidden.push({ from, length: to - from });
    from = to + 1;
  }
  return hidden;
}
