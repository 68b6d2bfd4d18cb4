import { statfsSync } from "node:fs";

/** Kinds of file systems, as Linux numbers them: ext2 to ext4, XFS, Btrfs, F2FS, tmpfs and overlays of them. */
const RESERVING: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630]);

/**
 * Whether a folder's file system takes the room for a file when that is written. Others, across a network for example, may say only when it
 * is made durable that the disk is full: then that cannot follow later.
 */
export function canFollowLater(root: string): boolean {
  try {
    return process.platform === "linux" && RESERVING.has(statfsSync(root).type);
  } catch {
    return false;
  }
}
