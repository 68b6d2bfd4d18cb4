import { z } from "zod";
import { BlobId, EpochMs } from "../ids.ts";
import { toAttachmentName } from "./to-attachment-name.ts";

/** The limits of what a prompt carries besides its text. Sizes in bytes. */
export const ATTACHMENT_LIMITS = {
  /** Files of one prompt. */
  files: 10,
  /** One file, and all files of one prompt together. */
  bytes: 25 * 1024 * 1024,
  /** UTF-16 units of a name. */
  name: 200,
} as const;

/** What a file is, by its content: its name may lie. Images are those that are shown; SVG, which may hold scripts, is text. */
export const FileType = z.enum(["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/octet-stream"]);
export type FileType = z.infer<typeof FileType>;

/** A stored content that prompts can carry. */
export const Blob = z.object({
  id: BlobId,
  bytes: z.number().int().nonnegative(),
  type: FileType,
  /** When it was stored last for a prompt that was not sent yet; null once one carries it. */
  heldSince: EpochMs.nullable(),
});
export type Blob = z.infer<typeof Blob>;

/** A file of a prompt, as `tasks.send` takes it. */
export const AttachmentInput = z.object({ blobId: BlobId, name: z.string().max(4_096).transform(toAttachmentName) });
export type AttachmentInput = z.infer<typeof AttachmentInput>;

/** A file that a prompt carries. */
export const Attachment = z.object({
  blobId: BlobId,
  /** A plain file name, made safe with `toAttachmentName`. */
  name: z.string().min(1).max(ATTACHMENT_LIMITS.name),
  bytes: z.number().int().nonnegative(),
  type: FileType,
});
export type Attachment = z.infer<typeof Attachment>;

/** The files of one prompt. */
export const Attachments = z.array(Attachment).max(ATTACHMENT_LIMITS.files);

/** What an agent takes besides words. */
export const AttachmentTakes = z.object({
  /** Images themselves. Null: not known; they are then given all the same. */
  images: z.boolean().nullable(),
  /** Paths of files outside of the worktree, which it can read. */
  paths: z.boolean(),
});
export type AttachmentTakes = z.infer<typeof AttachmentTakes>;

/** Only words. */
export const TAKES_WORDS: AttachmentTakes = { images: false, paths: false };

/** Why a file is not given in its usual form. */
export const GivenBecause = z.enum(["no_images", "too_large", "too_many", "no_text", "gone", "failed"]);
export type GivenBecause = z.infer<typeof GivenBecause>;

/** How an agent was given a file: as an image, as text (`isCut`: its beginning), as a path that it can read, or not at all. */
export const GivenAttachment = z.object({
  name: Attachment.shape.name,
  how: z.enum(["image", "text", "path", "none"]),
  because: GivenBecause.nullable(),
  isCut: z.boolean(),
  /** The path that it was told. */
  path: z.string().max(4_096).nullable(),
});
export type GivenAttachment = z.infer<typeof GivenAttachment>;
