import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** Returns whether a folder has an entry of one of these names. One that cannot be checked counts as present. */
export async function isAnyThere(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    names.map((name) =>
      lstat(join(folder, name)).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
      ),
    ),
  );
  return found.includes(true);
}
