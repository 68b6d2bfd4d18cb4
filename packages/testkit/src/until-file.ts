import { existsSync } from "node:fs";
import { watch } from "node:fs/promises";
import { join } from "node:path";

/** Resolves when a program has written the file of that name in the folder, which signals that it has come so far. */
export async function untilFile(folder: string, name: string): Promise<void> {
  const abort = new AbortController();
  for await (const _ of watch(folder, { signal: abort.signal })) if (existsSync(join(folder, name))) return abort.abort();
}
