import { isUtf8 } from "node:buffer";
import { isAscii } from "../files/is-ascii.ts";

/** Splits a NUL-terminated list into UTF-8 fields. */
export function splitNul(output: Buffer): string[] {
  return splitFields(output.toString("utf8"));
}

/** Splits a NUL-terminated list into fields with one character per byte, for output that contains paths. See {@link BytePath}. */
export function splitNulBytes(output: Buffer): string[] {
  return splitFields(output.toString("latin1"));
}

function splitFields(text: string): string[] {
  const fields = text.split("\0");
  if (fields.at(-1) === "") fields.pop();
  return fields;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a one-character-per-byte string as UTF-8. Invalid bytes are shown as `\xE4`. */
export function decodeBytes(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, "latin1");
  try {
    return strict.decode(buffer);
  } catch {
    return escapeStrayBytes(buffer);
  }
}

/** Whether a one-character-per-byte string is valid UTF-8. */
export function isText(bytes: string): boolean {
  return isAscii(bytes) || isUtf8(Buffer.from(bytes, "latin1"));
}

/** The maximum length of a UTF-8 character, in bytes. */
const MAX_CHARACTER_BYTES = 4;

function escapeStrayBytes(buffer: Buffer): string {
  let text = "";
  for (let place = 0; place < buffer.length;) {
    const length = lengthOfCharacter(buffer, place);
    text += length === 0 ? `\\x${buffer[place]!.toString(16).toUpperCase()}` : buffer.toString("utf8", place, place + length);
    place += Math.max(1, length);
  }
  return text;
}

/** The byte length of the character that begins at `place`; 0 if none begins there. */
function lengthOfCharacter(buffer: Buffer, place: number): number {
  for (let length = 1; length <= MAX_CHARACTER_BYTES && place + length <= buffer.length; length++) {
    if (isUtf8(buffer.subarray(place, place + length))) return length;
  }
  return 0;
}

/** Formats one-character-per-byte fields as a NUL-terminated list for a program's input. */
export function joinNul(fields: Iterable<string>): Buffer {
  return Buffer.from([...fields].map((field) => `${field}\0`).join(""), "latin1");
}
