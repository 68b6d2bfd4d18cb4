import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { BytePath } from "../platform/git/byte-path.ts";

/** How much of a file is looked at for marks. */
const MAX_BYTES = 4 * 1024 * 1024;
const NO_FOLLOW = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Lists the files that still have git's marks of a conflict in them. */
export async function listUnresolved(folder: string, conflicts: readonly BytePath[]): Promise<string[]> {
  const unresolved: string[] = [];
  for (const path of conflicts) if (await hasMarks(BytePath.toFile(folder, path))) unresolved.push(BytePath.toText(path));
  return unresolved;
}

async function hasMarks(file: Buffer): Promise<boolean> {
  // One that is gone is resolved by that.
  const handle = await open(file, NO_FOLLOW).catch(() => null);
  if (handle === null) return false;
  try {
    if (!(await handle.stat()).isFile()) return false;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    const text = buffer.toString("latin1", 0, bytesRead);
    return /^<{7}(?: |$)/m.test(text) && /^>{7}(?: |$)/m.test(text);
  } finally {
    await handle.close();
  }
}
