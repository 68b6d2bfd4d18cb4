import { constants } from "node:fs";
import { open, readdir, rmdir, unlink } from "node:fs/promises";
import { isGitName, PathRefused } from "./confined-path.ts";
import { canWalkThroughHandles, toHandlePath } from "./pinned-folder.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Each level holds one open folder, and the number of open files per process is limited. */
const MAX_DEPTH = 200;
/** How many times a folder is listed again when other processes keep writing to it. */
const MAX_ROUNDS = 5;
const AT_ONCE = 64;
const SLASH = Buffer.from("/");

/**
 * Removes a subfolder of an open folder with its contents. Links are removed, never followed. Each folder is opened relative to its open
 * parent, and each entry is removed relative to its open folder, so swapping a folder for a link during the removal cannot redirect it.
 *
 * A nested git directory stops the removal, because it may hold commits that exist nowhere else; `mayHoldRepositories` says that these go
 * too.
 */
export async function removeTree(
  parent: { at(name: string): string | Buffer },
  name: string,
  options: RemoveTreeOptions = {},
): Promise<void> {
  const target = parent.at(name);
  await removeFolder(typeof target === "string" ? Buffer.from(target) : target, 0, options);
}

export interface RemoveTreeOptions {
  mayHoldRepositories?: boolean;
}

async function removeFolder(path: Buffer, depth: number, options: RemoveTreeOptions): Promise<void> {
  if (depth > MAX_DEPTH) throw new PathRefused("the folder is nested too deeply to be deleted at once");
  for (let round = 1; ; round += 1) {
    await emptyFolder(path, depth, options);
    try {
      return await rmdir(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      if ((code !== "ENOTEMPTY" && code !== "EEXIST") || round === MAX_ROUNDS) throw error;
    }
  }
}

async function emptyFolder(path: Buffer, depth: number, options: RemoveTreeOptions): Promise<void> {
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
  try {
    // Read names as bytes, because a file name need not be valid UTF-8.
    const here = canWalkThroughHandles ? Buffer.from(toHandlePath(folder)) : path;
    const entries = await readdir(here, { withFileTypes: true, encoding: "buffer" });
    if (options.mayHoldRepositories !== true && entries.some(({ name }) => isGitName(name.toString("utf8"))))
      throw new PathRefused("it contains another git repository and was not deleted");
    const at = (name: Buffer) => Buffer.concat([here, SLASH, name]);
    const files = entries.filter((entry) => !entry.isDirectory());
    for (let place = 0; place < files.length; place += AT_ONCE) {
      // Wait for every removal before closing the folder: its file descriptor number may be reused at once.
      const unlinked = await Promise.allSettled(
        files.slice(place, place + AT_ONCE).map(({ name }) => unlink(at(name)).catch(ignoreExchanged)),
      );
      for (const { reason } of unlinked.filter((one) => one.status === "rejected")) throw reason;
    }
    for (const { name } of entries.filter((entry) => entry.isDirectory()))
      await removeFolder(at(name), depth + 1, options).catch(ignoreExchanged);
  } finally {
    await folder.close();
  }
}

/** Ignores an entry that disappeared or changed kind since the listing; the next listing shows its current state. */
function ignoreExchanged(error: unknown): void {
  if (!EXCHANGED.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
}

const EXCHANGED: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EISDIR"]);
