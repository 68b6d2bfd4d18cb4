import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { findFiles } from "./find-files.ts";

/** Of the files looked for at each checkpoint. */
const MAX_GONE = 5_000;

const fileIn = (overlayDir: string) => join(overlayDir, "gone");

/**
 * Stores which files are gone from the worktree, although the base has them: the next checkpoints look for each of them by name. Otherwise, one that comes back while a rule ignores it would never be found again, and would look deleted.
 */
export async function noteGone(overlayDir: string, paths: readonly BytePath[]): Promise<void> {
  // Mostly there is none, and asking costs less than waiting for another thread.
  if (paths.length === 0) return existsSync(fileIn(overlayDir)) ? rm(fileIn(overlayDir), { force: true }) : undefined;
  await writeFile(fileIn(overlayDir), BytePath.list(paths.slice(0, MAX_GONE)));
}

/** Stores that these files are gone too, or are about to be missed. */
export async function noteAlsoGone(overlayDir: string, paths: readonly BytePath[]): Promise<void> {
  await noteGone(overlayDir, [...new Set([...paths, ...(await readGone(overlayDir))])]);
}

/** Lists the files that were gone and are there again. */
export async function findReturned(root: string, overlayDir: string): Promise<BytePath[]> {
  return findFiles(root, await readGone(overlayDir));
}

/** Forgets files that the newest checkpoint holds again. */
export async function noteReturned(overlayDir: string, returned: readonly BytePath[]): Promise<void> {
  if (returned.length === 0) return;
  const held = new Set(returned);
  await noteGone(
    overlayDir,
    (await readGone(overlayDir)).filter((path) => !held.has(path)),
  );
}

async function readGone(overlayDir: string): Promise<BytePath[]> {
  const noted = existsSync(fileIn(overlayDir)) ? await readFile(fileIn(overlayDir)).catch(() => null) : null;
  return noted ? BytePath.split(noted) : [];
}
