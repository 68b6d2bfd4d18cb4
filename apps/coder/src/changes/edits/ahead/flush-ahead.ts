import { closeSync, constants, fstatSync, fsync, openSync } from "node:fs";
import { promisify } from "node:util";
import { toEditPaths } from "@boocode/shared/changes/edits/found-state";
import { ByteFolders, splitPath } from "../../../platform/files/byte-folders.ts";
import type { Ahead } from "./ahead.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const flush = promisify(fsync);
/** Files made durable at once: other work needs threads too. */
const TOGETHER = 8;
/** Errors that say that somebody has put something else there, or nothing. */
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

/**
 * Makes the files and their folders durable, as far as they are still there: what somebody has put in place of one is theirs. Throws the
 * system's error.
 */
export async function flushAhead({ root, files }: Pick<Ahead, "root" | "files">): Promise<void> {
  const inode = new Map(files.map(({ path, ino }) => [path, ino]));
  await inGroups([...inode.keys()], async (folders, path) => {
    const { folder, name } = splitPath(path);
    const descriptor = openSync(folders.open(folder).at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      if (String(fstatSync(descriptor, { bigint: true }).ino) === inode.get(path)) await flush(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
  await inGroups(["", ...toEditPaths(inode.keys()).folders], (folders, path) => flush(folders.open(path).descriptor));

  async function inGroups(paths: readonly string[], each: (folders: ByteFolders, path: string) => Promise<void>): Promise<void> {
    for (let start = 0; start < paths.length; start += TOGETHER) {
      const folders = new ByteFolders(root);
      const leaveGone = async (path: string) => {
        try {
          await each(folders, path);
        } catch (error) {
          if (!GONE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
        }
      };
      const done = await Promise.allSettled(paths.slice(start, start + TOGETHER).map(leaveGone));
      folders.close();
      for (const { reason } of done.filter((one) => one.status === "rejected")) throw reason;
    }
  }
}
