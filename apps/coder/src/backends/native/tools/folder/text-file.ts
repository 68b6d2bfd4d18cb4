import { ToolRefused } from "../tool.ts";
import type { ReadFolder } from "./tool-folder.ts";

/** The size limit for edit and write, and the most that read loads. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;

export interface TextFile {
  /** The decoded text, with its original line ends and without a byte order mark. */
  text: string;
  hasByteOrderMark: boolean;
  /** False if the file is longer than what was read. */
  isWhole: boolean;
  sizeBytes: number;
  path: string;
}

/** Reads a text file. Refuses invalid UTF-8, because it could not be written back unchanged. */
export async function readTextFile(folder: ReadFolder, path: string, maxBytes = MAX_TEXT_BYTES): Promise<TextFile> {
  const file = await folder.readFile(path, maxBytes);
  const isWhole = file.bytes.length === file.sizeBytes;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let decoded: string;
  try {
    if (file.bytes.includes(0)) throw new TypeError("NUL");
    // The cut may be inside a character; stream mode drops the incomplete part.
    decoded = decoder.decode(file.bytes, { stream: !isWhole });
  } catch {
    throw new ToolRefused(`“${path}” is not text in UTF-8 (${file.sizeBytes} bytes); its content is not shown and cannot be edited`);
  }
  const hasByteOrderMark = decoded.startsWith("\uFEFF");
  return { text: hasByteOrderMark ? decoded.slice(1) : decoded, hasByteOrderMark, isWhole, sizeBytes: file.sizeBytes, path: file.path };
}
