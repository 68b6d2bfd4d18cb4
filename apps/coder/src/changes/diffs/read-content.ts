import { MAX_HEAD_BYTES, MAX_IMAGE_BYTES, type ChangeContent, type ImageType } from "@boocode/shared/changes/change-content";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { withoutFiles } from "../compare/read-tree-changes.ts";

/** As far as git looks for a NUL to tell a binary file. In bytes. */
const BINARY_WITHIN = 8_000;
const NEWLINE = 10;

/** Reads what the page shows of one content: an image, or the beginning of a text. Never reads more than an image may have. */
export async function readContent(git: Git, overlay: GitOverlay, oid: string): Promise<ChangeContent> {
  const { stdout, isCut } = await git.read(overlay.gitDir, ["cat-file", "blob", oid], {
    overlay: withoutFiles(overlay),
    maxOutputBytes: MAX_IMAGE_BYTES,
    mayCut: true,
  });
  const type = findImageType(stdout);
  if (type !== null) return isCut ? { kind: "binary" } : { kind: "image", type, base64: stdout.toString("base64") };
  if (stdout.subarray(0, BINARY_WITHIN).includes(0)) return { kind: "binary" };
  if (stdout.length <= MAX_HEAD_BYTES && !isCut) return { kind: "text", text: stdout.toString("utf8"), isCut: false };
  const head = stdout.subarray(0, MAX_HEAD_BYTES);
  // A line is cut only if it is longer than everything that is shown.
  const end = head.lastIndexOf(NEWLINE) + 1;
  return { kind: "text", text: toWholeCharacters(end > 0 ? head.subarray(0, end) : head), isCut: true };
}

const IMAGES: readonly { type: ImageType; at: number; bytes: string }[] = [
  { type: "image/png", at: 0, bytes: "\u0089PNG\r\n\u001a\n" },
  { type: "image/jpeg", at: 0, bytes: "\u00ff\u00d8\u00ff" },
  { type: "image/gif", at: 0, bytes: "GIF87a" },
  { type: "image/gif", at: 0, bytes: "GIF89a" },
  { type: "image/webp", at: 8, bytes: "WEBPVP8" },
];

/** The format of an image, by its first bytes: its name may lie. Null for anything else. */
function findImageType(content: Buffer): ImageType | null {
  const head = content.subarray(0, 16).toString("latin1");
  return IMAGES.find(({ at, bytes }) => head.startsWith(bytes, at))?.type ?? null;
}

/** Decodes UTF-8 without the half of a character at the end. */
function toWholeCharacters(bytes: Buffer): string {
  return new TextDecoder("utf-8").decode(bytes, { stream: true });
}
