import { createHash } from "node:crypto";
import { lstat, readlink } from "node:fs/promises";
import { MAX_IMAGE_BYTES } from "@boocode/shared/changes/change-content";
import { decodeText } from "../platform/files/decode-text.ts";
import { FILE_LIMITS } from "@boocode/shared/files/file-limits";
import type { FileView } from "@boocode/shared/files/file-view";
import { findImageType } from "@boocode/shared/files/find-image-type";
import { readRegularFile, toKind, type PinnedFolder } from "../platform/files/pinned-folder.ts";
import { refuseFile } from "../platform/files/refuse-file.ts";

const NEWLINE = 10;

export interface ReadInput {
  /** As the caller named it. */
  path: string;
  /** The last part of the path. */
  name: string;
  /** The content that the reader has. */
  known: string | null;
  /** The algorithm of git's ids. */
  format: "sha1" | "sha256";
}

/** Reads what the page shows of an entry of an open folder, by its content and not by its name. Faults: `file_refused`. */
export async function readView(folder: PinnedFolder, { path, name, known, format }: ReadInput): Promise<FileView> {
  const stats = await lstat(folder.at(name));
  const kind = toKind(stats);
  if (kind === "link") return { kind: "link", target: await readlink(folder.at(name)) };
  if (kind !== "file") throw refuseFile(path, "not_a_file");
  const { bytes: content, sizeBytes: bytes } = await readRegularFile(folder.at(name), MAX_IMAGE_BYTES);
  const isWhole = content.length === bytes;
  const oid = createHash(format).update(`blob ${content.length}\0`).update(content).digest("hex");
  if (isWhole && oid === known) return { kind: "same", oid };
  const type = findImageType(content);
  if (type !== null) return isWhole ? { kind: "image", oid, bytes, type, base64: content.toString("base64") } : { kind: "binary", bytes };
  if (isWhole && bytes <= FILE_LIMITS.textBytes) {
    const decoded = decodeText(content);
    return decoded ? { kind: "text", oid, bytes, ...decoded, isExecutable: (stats.mode & 0o100) !== 0 } : { kind: "binary", bytes };
  }
  const head = content.subarray(0, FILE_LIMITS.headBytes);
  if (decodeText(head) === null) return { kind: "binary", bytes };
  // A line is cut only if it is longer than everything that is shown.
  const end = head.lastIndexOf(NEWLINE) + 1;
  const decoded = decodeText(end > 0 ? head.subarray(0, end) : head);
  return decoded ? { kind: "head", bytes, text: decoded.text } : { kind: "binary", bytes };
}
