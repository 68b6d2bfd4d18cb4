import { z } from "zod";
import { ImageType } from "../changes/change-content.ts";
import { Oid } from "../changes/edits/file-edit.ts";

/** How the bytes of a text were read. Only UTF-8 can be written back, so only that can be edited. */
const TextEncoding = z.enum(["utf-8", "utf-16le", "utf-16be", "windows-1252"]);

/** What the page shows of a file. `oid`: the git id of its bytes; a write names the one that it was made over. `bytes`: its size. */
export const FileView = z.discriminatedUnion("kind", [
  /** A whole text, with its byte order mark and line breaks as they are. */
  z.object({ kind: z.literal("text"), oid: Oid, bytes: z.number(), text: z.string(), encoding: TextEncoding, isExecutable: z.boolean() }),
  /** The beginning of a text that is too large to edit. */
  z.object({ kind: z.literal("head"), bytes: z.number(), text: z.string() }),
  z.object({ kind: z.literal("image"), oid: Oid, bytes: z.number(), type: ImageType, base64: z.string() }),
  z.object({ kind: z.literal("binary"), bytes: z.number() }),
  /** A symbolic link, which is not followed. */
  z.object({ kind: z.literal("link"), target: z.string() }),
  /** It still has the content that the reader knows. */
  z.object({ kind: z.literal("same"), oid: Oid }),
]);
export type FileView = z.infer<typeof FileView>;
