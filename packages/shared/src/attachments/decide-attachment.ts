import type { Attachment, AttachmentTakes, FileType, GivenBecause } from "./attachment.ts";

/** The largest image that models take from most providers, in bytes. */
export const MAX_GIVEN_IMAGE_BYTES = 5 * 1024 * 1024;
/** How much text one file puts into a prompt, and all files of a prompt together, in bytes. */
export const MAX_GIVEN_TEXT_BYTES = 64 * 1024;
export const MAX_GIVEN_TEXTS_BYTES = 128 * 1024;

/** How a file is given to an agent, and what is different from the usual. `maxBytes`: how much of a text is given. */
export type AttachmentDecision =
  | { how: "image"; because: null }
  | { how: "text"; because: GivenBecause | null; maxBytes: number }
  | { how: "path"; because: GivenBecause | null }
  | { how: "none"; because: GivenBecause };

const isImage = (type: FileType): boolean => type.startsWith("image/");

/**
 * Decides how a file is given to an agent: an image as itself where the agent takes images, text in the prompt as far as it fits, anything
 * else as a path where the agent can read one. `textBytesLeft`: the room of the prompt for texts.
 */
export function decideAttachment(
  takes: AttachmentTakes,
  { type, bytes }: Pick<Attachment, "type" | "bytes">,
  textBytesLeft: number = MAX_GIVEN_TEXTS_BYTES,
): AttachmentDecision {
  const elsewhere = (because: GivenBecause): AttachmentDecision => ({ how: takes.paths ? "path" : "none", because });
  if (isImage(type)) {
    if (takes.images === false) return elsewhere("no_images");
    return bytes > MAX_GIVEN_IMAGE_BYTES ? elsewhere("too_large") : { how: "image", because: null };
  }
  if (type !== "text/plain") return takes.paths ? { how: "path", because: null } : { how: "none", because: "no_text" };
  const room = Math.min(MAX_GIVEN_TEXT_BYTES, Math.max(0, textBytesLeft));
  if (bytes <= room) return { how: "text", because: null, maxBytes: bytes };
  const because = bytes > MAX_GIVEN_TEXT_BYTES ? "too_large" : "too_many";
  if (takes.paths || room === 0) return elsewhere(because);
  return { how: "text", because, maxBytes: room };
}

/** Decides on all files of a prompt, in their order. */
export function decideAttachments(
  takes: AttachmentTakes,
  attachments: readonly Pick<Attachment, "type" | "bytes">[],
): AttachmentDecision[] {
  let left = MAX_GIVEN_TEXTS_BYTES;
  return attachments.map((attachment) => {
    const decision = decideAttachment(takes, attachment, left);
    if (decision.how === "text") left -= decision.maxBytes;
    return decision;
  });
}
