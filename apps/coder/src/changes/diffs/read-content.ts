import { MAX_HEAD_BYTES, MAX_IMAGE_BYTES, type ChangeContent } from "@boocode/shared/changes/change-content";
import { findImageType } from "@boocode/shared/files/find-image-type";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import { toWholeText } from "../../platform/to-whole-text.ts";
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
  return { kind: "text", text: toWholeText(end > 0 ? head.subarray(0, end) : head), isCut: true };
}
