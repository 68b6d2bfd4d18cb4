/** How bytes were read as text. */
type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** As far as git looks for a NUL to tell a binary file. In bytes. */
const BINARY_WITHIN = 8_000;

/** Decodes the bytes of a whole file; null if they are no text. UTF-8 encodes to exactly the same bytes again, byte order mark included. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: TextEncoding } | null {
  const marked = findMark(bytes);
  if (marked !== null) return { text: new TextDecoder(marked).decode(bytes), encoding: marked };
  if (bytes.subarray(0, BINARY_WITHIN).includes(0)) return null;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

function findMark(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}
