import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Returns the first executable file of that name on the given PATH. Relative entries are skipped: they would resolve to a file of the
 * project.
 */
export async function findOnPath(bin: string, path: string): Promise<string | null> {
  if (bin.includes("/")) return null;
  for (const folder of path.split(delimiter)) {
    const found = isAbsolute(folder) ? await toProgram(join(folder, bin)) : null;
    if (found !== null) return found;
  }
  return null;
}

/** Returns the file if it can be run as a program, or null. */
export async function toProgram(file: string): Promise<string | null> {
  const isProgram = await access(file, constants.X_OK)
    .then(() => stat(file))
    .then((found) => found.isFile())
    .catch(() => false);
  return isProgram ? file : null;
}
