import type { Attachment, AttachmentTakes } from "@boocode/shared/attachments/attachment";
import { decideAttachments } from "@boocode/shared/attachments/decide-attachment";
import { type GivenContent, withTexts } from "@boocode/shared/attachments/given-content";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import type { BlobId } from "@boocode/shared/ids";
import type { PastFiles } from "./to-model-messages.ts";
import { toWholeText } from "../../platform/to-whole-text.ts";

/** Reads the content of a stored file; null if it is not stored any more. */
export type ReadBlob = (id: BlobId) => Promise<Uint8Array | null>;

/** What the images of earlier prompts may take in one request, the newest first. Older ones are only named. */
const MAX_IMAGES = 8;
const MAX_IMAGE_BYTES = 12 * 1024 * 1024;
/** What the texts of earlier prompts may take. */
const MAX_TEXT_BYTES = 128 * 1024;

/** Reads the files of earlier prompts for a model, which remembers none of them. Never rejects: what cannot be read is only named. */
export async function readPastFiles(items: readonly TranscriptItem[], takes: AttachmentTakes, readBlob: ReadBlob): Promise<PastFiles> {
  const files = new Map<string, { prompt: string; images: (GivenContent & { how: "image" })[] }>();
  const room = { images: MAX_IMAGES, imageBytes: MAX_IMAGE_BYTES, textBytes: MAX_TEXT_BYTES };
  for (const item of items.toReversed()) {
    if (item.kind !== "prompt" || item.attachments === undefined) continue;
    const contents: GivenContent[] = [];
    const decisions = decideAttachments(takes, item.attachments);
    for (const [place, attachment] of item.attachments.entries()) {
      const { how } = decisions[place]!;
      const isFitting = how === "none" || how === "path" || takeRoom(room, how, attachment.bytes);
      contents.push(isFitting ? await readOne(attachment, how, readBlob) : toNone(attachment, "too_many"));
    }
    files.set(item.key, { prompt: withTexts(item.text, contents), images: contents.filter((file) => file.how === "image") });
  }
  return files;
}

function takeRoom(room: { images: number; imageBytes: number; textBytes: number }, how: "image" | "text", bytes: number): boolean {
  if (how === "text") return (room.textBytes -= bytes) >= 0;
  room.images -= 1;
  return (room.imageBytes -= bytes) >= 0 && room.images >= 0;
}

async function readOne(attachment: Attachment, how: GivenContent["how"], readBlob: ReadBlob): Promise<GivenContent> {
  if (how === "none" || how === "path") return toNone(attachment, "no_text");
  const { blobId, name, type } = attachment;
  const content = await readBlob(blobId).catch(() => null);
  if (content === null) return toNone(attachment, "gone");
  if (how === "image") return { name, type, how, content, path: null };
  return { name, type, how, text: toWholeText(content), isCut: false, path: null };
}

const toNone = ({ name, type }: Attachment, because: "too_many" | "no_text" | "gone"): GivenContent => ({
  name,
  type,
  how: "none",
  because,
});
