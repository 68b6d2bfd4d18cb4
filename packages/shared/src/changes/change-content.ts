import { z } from "zod";

/** The largest image that is shown, in bytes. */
export const MAX_IMAGE_BYTES = 4 * 1024 * 1024;
/** How much of a text is shown where its diff is too large, in bytes. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** The raster formats that are shown, recognised by their content. */
export const ImageType = z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]);
export type ImageType = z.infer<typeof ImageType>;

/** What a file holds on one side of a change, as far as the page shows it. */
export const ChangeContent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("image"), type: ImageType, base64: z.string() }),
  /** The beginning of a text; `isCut`: there is more. */
  z.object({ kind: z.literal("text"), text: z.string(), isCut: z.boolean() }),
  /** Neither an image nor text, or an image that is too large. */
  z.object({ kind: z.literal("binary") }),
  /** There is no file on this side. */
  z.object({ kind: z.literal("absent") }),
]);
export type ChangeContent = z.infer<typeof ChangeContent>;
