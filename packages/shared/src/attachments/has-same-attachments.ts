import type { Attachment } from "./attachment.ts";

/** Returns whether two prompts carry the same files. */
export function hasSameAttachments(
  before: readonly Pick<Attachment, "blobId" | "name">[],
  after: readonly Pick<Attachment, "blobId" | "name">[],
): boolean {
  return (
    before.length === after.length &&
    before.every(({ blobId, name }, place) => after[place]?.blobId === blobId && after[place].name === name)
  );
}
