import type { ImageType } from "../changes/change-content.ts";

const IMAGES: readonly { type: ImageType; at: number; bytes: string }[] = [
  { type: "image/png", at: 0, bytes: "\u0089PNG\r\n\u001a\n" },
  { type: "image/jpeg", at: 0, bytes: "\u00ff\u00d8\u00ff" },
  { type: "image/gif", at: 0, bytes: "GIF87a" },
  { type: "image/gif", at: 0, bytes: "GIF89a" },
  { type: "image/webp", at: 8, bytes: "WEBPVP8" },
];

/** The format of an image, by its first bytes: its name may lie. Null for anything else. */
export function findImageType(content: Uint8Array): ImageType | null {
  const head = String.fromCharCode(...content.subarray(0, 16));
  return IMAGES.find(({ at, bytes }) => head.startsWith(bytes, at))?.type ?? null;
}
