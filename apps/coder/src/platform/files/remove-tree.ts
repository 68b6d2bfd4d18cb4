import { constants } from "node:fs";
import { open, readdir, rmdir, unlink } from "node:fs/promises";
import { isGitName, PathRefused } from "./confined-path.ts";
import { canWalkThroughHandles, toHandlePath, type PinnedFolder } from "./pinned-folder.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Each level holds an open folder, and a process has only so many. */
const MAX_DEPTH = 200;
/** How often a folder is looked at again, where others go on writing into it. */
const MAX_ROUNDS = 5;
const AT_ONCE = 64;
const SLASH = Buffer.from("/");

/**
 * Removes a folder of an open one with all it holds. Links are removed, never followed: each folder is opened from the open one above it,
 * and everything is removed out of an open folder, so that nobody who exchanges one for a link meanwhile leads us elsewhere.
 *
 * A folder of git's own stops it: commits that exist nowhere else could lie there.
 */
export async function removeTree(parent: PinnedFolder, name: string): Promise<void> {
  await removeFolder(Buffer.from(parent.at(name)), 0);
}

async function removeFolder(path: Buffer, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) throw new PathRefused("the folder is nested too deeply to be deleted at once");
  for (let round = 1; ; round += 1) {
    await emptyFolder(path, depth);
    try {
      return await rmdir(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      if ((code !== "ENOTEMPTY" && code !== "EEXIST") || round === MAX_ROUNDS) throw error;
    }
  }
}

async function emptyFolder(path: Buffer, depth: number): Promise<void> {
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
  try {
    // Names as bytes: one that is no text is a name, too.
    const here = canWalkThroughHandles ? Buffer.from(toHandlePath(folder)) : path;
    const entries = await readdir(here, { withFileTypes: true, encoding: "buffer" });
    if (entries.some(({ name }) => isGitName(name.toString("utf8"))))
      throw new PathRefused("it holds a git repository of its own; it is not deleted");
    const at = (name: Buffer) => Buffer.concat([here, SLASH, name]);
    const files = entries.filter((entry) => !entry.isDirectory());
    for (let place = 0; place < files.length; place += AT_ONCE) {
      // All of them are over before the folder is closed: its number would soon be another folder's.
      const unlinked = await Promise.allSettled(
        files.slice(place, place + AT_ONCE).map(({ name }) => unlink(at(name)).catch(ignoreExchanged)),
      );
      for (const { reason } of unlinked.filter((one) => one.status === "rejected")) throw reason;
    }
    for (const { name } of entries.filter((entry) => entry.isDirectory())) await removeFolder(at(name), depth + 1).catch(ignoreExchanged);
  } finally {
    await folder.close();
  }
}

/** It went, or became something else since it was listed: the next look tells. */
function ignoreExchanged(error: unknown): void {
  if (!EXCHANGED.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
}

const EXCHANGED: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EISDIR"]);
