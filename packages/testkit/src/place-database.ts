import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";

/** An empty store of the newest schema; made once, for all stores of this process. */
let empty: Promise<Buffer> | null = null;

/** Puts an empty store of the newest schema at `file`, which has to be free. Opened, it is ready in a tenth of the time of a new one. */
export async function placeDatabase(file: string): Promise<void> {
  await writeFile(file, await (empty ??= makeEmpty()), { flag: "wx", mode: 0o600 });
}

async function makeEmpty(): Promise<Buffer> {
  // No folder of the test that happens to be the first.
  const folder = await mkdtemp(join(tmpdir(), "boocode-empty-"));
  try {
    const file = join(folder, "empty.db");
    await (await openDatabase({ file })).close();
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
