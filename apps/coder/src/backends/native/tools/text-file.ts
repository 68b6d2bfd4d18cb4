import type { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import { ToolRefused } from "./tool.ts";

/** What edit and write take, and the most read looks at. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;

export interface TextFile {
  /** Decoded, with its line ends as they are and without a byte order mark. */
  text: string;
  hasByteOrderMark: boolean;
  /** Less than the file: it is longer than was read. */
  isWhole: boolean;
  sizeBytes: number;
  path: string;
}

/** Reads a file of text. Refuses bytes that are none: what cannot be decoded could not be written back. */
export async function readTextFile(folder: ConfinedFolder, path: string, maxBytes = MAX_TEXT_BYTES): Promise<TextFile> {
  const file = await folder.readFile(path, maxBytes);
  const isWhole = file.bytes.length === file.sizeBytes;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let decoded: string;
  try {
    if (file.bytes.includes(0)) throw new TypeError("NUL");
    // A cut may fall inside a character: in a stream its beginning is held back.
    decoded = decoder.decode(file.bytes, { stream: !isWhole });
  } catch {
    throw new ToolRefused(`“${path}” is not text in UTF-8 (${file.sizeBytes} bytes); its content is not shown and cannot be edited`);
  }
  const hasByteOrderMark = decoded.startsWith("\uFEFF");
  return { text: hasByteOrderMark ? decoded.slice(1) : decoded, hasByteOrderMark, isWhole, sizeBytes: file.sizeBytes, path: file.path };
}
