import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** Where in `/proc/self/stat`, behind the program's name, the first byte of the environment stands. */
const ENV_START_FIELD = 47;

/**
 * Takes every variable that is not kept out of this process's environment, and out of what the system shows of it to others.
 *
 * To take one out of `env` alone is not enough: `/proc/<pid>/environ` goes on showing the bytes with which the process began. On Linux these
 * are overwritten where they lie. Answers whether others see nothing of them any more; false where the system offers no way to.
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
  if (!(start > 0)) throw new Error("The system does not say where the environment lies");
  const memory = openSync("/proc/self/mem", "r+");
  try {
    // Nothing reads these bytes any more: `env` has let go of them, and what is kept is left as it is.
    for (const { from, length } of listHidden(readShown(), isKept)) writeSync(memory, Buffer.alloc(length), 0, length, start + from);
  } finally {
    closeSync(memory);
  }
}

const readShown = () => readFileSync("/proc/self/environ");

/** Where among the bytes the variables stand that are not to be seen. */
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
