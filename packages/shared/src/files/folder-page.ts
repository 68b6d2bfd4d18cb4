import { z } from "zod";
import { ChangeOperation } from "../changes/pending-change.ts";

/** An entry of a folder. */
export const FolderEntry = z.object({
  /** Bytes that are no text are shown as `\xE4`. */
  name: z.string(),
  /** `repository`: a folder with a git of its own; `other`: a pipe, a device or a socket. */
  kind: z.enum(["file", "folder", "link", "repository", "other"]),
  /** False if its name is no text, so that it cannot be opened. */
  isNameable: z.boolean(),
  /** Git ignores it. */
  isIgnored: z.boolean(),
  /** A pending change of the file; for a folder, `modified` if there is one in it. */
  change: ChangeOperation.nullable(),
});
export type FolderEntry = z.infer<typeof FolderEntry>;

/** Some entries of a folder: folders first, then by name. */
export const FolderPage = z.object({
  entries: z.array(FolderEntry),
  /** How many entries the folder has in all. */
  total: z.number().int(),
  /** Where the next page begins; null if there is none. */
  next: z.number().int().nullable(),
});
export type FolderPage = z.infer<typeof FolderPage>;
