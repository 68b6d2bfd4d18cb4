import { z } from "zod";
import { PathBytes } from "./file-edit.ts";

const Digits = z.string().regex(/^\d{1,40}$/);

/** What tells a file on disk from every other one and from itself after a write: its number, size and times, in nanoseconds. */
export const FileIdentity = z.object({ ino: Digits, size: Digits, mtimeNs: Digits, ctimeNs: Digits });
export type FileIdentity = z.infer<typeof FileIdentity>;

/** One file that an edit put in place before it was durable. */
export const UnsureFile = z.object({
  path: PathBytes,
  /** The file that was put there. Its times are those of its writing. */
  ino: Digits,
  mtimeNs: Digits,
  /** The file that it replaced; null: nothing was there. */
  before: FileIdentity.nullable(),
});
export type UnsureFile = z.infer<typeof UnsureFile>;

/** What is at the path of such a file now. */
export interface UnsureLook {
  /** `torn`: a beginning of its content, perhaps with zeros behind it. */
  holds: "nothing" | "before" | "after" | "torn" | "third";
  /** Null if nothing is there. */
  identity: FileIdentity | null;
  /** When entries of the innermost folder on its way that exists changed last, in nanoseconds. */
  folderChangedNs: bigint;
}

/** Of its edit: when that was done, in epoch milliseconds (null: it is not), and whether the file has been found lost before. */
export interface UnsureEdit {
  endedAt: number | null;
  wasLost: boolean;
}

/**
 * Decides whether a power cut has taken a file's new content. It has only where nobody can have touched the file since: whoever empties,
 * replaces, restores or removes it leaves other times or another file behind, and that stays. While the edit is not done, what was there
 * before is nothing unusual.
 */
export function isLost(file: UnsureFile, { holds, identity, folderChangedNs }: UnsureLook, { endedAt, wasLost }: UnsureEdit): boolean {
  switch (holds) {
    case "torn":
      return identity !== null && identity.ino === file.ino && BigInt(identity.mtimeNs) <= BigInt(file.mtimeNs);
    case "before":
      return endedAt !== null && file.before !== null && identity !== null && isSameIdentity(identity, file.before);
    case "nothing":
      if (endedAt === null || file.before !== null) return false;
      return wasLost || folderChangedNs < BigInt(endedAt + 1) * 1_000_000n;
    case "after":
    case "third":
      return false;
  }
}

const isSameIdentity = (a: FileIdentity, b: FileIdentity) =>
  a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
