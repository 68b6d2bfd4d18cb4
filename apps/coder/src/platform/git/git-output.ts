import { isUtf8 } from "node:buffer";

/** Fields of a NUL-terminated list, as UTF-8. */
export function splitNul(output: Buffer): string[] {
  return splitFields(output.toString("utf8"));
}

/** Fields of a NUL-terminated list, one character a byte: for what has names of any bytes among other things, see {@link BytePath}. */
export function splitNulBytes(output: Buffer): string[] {
  return splitFields(output.toString("latin1"));
}

function splitFields(text: string): string[] {
  const fields = text.split("\0");
  if (fields.at(-1) === "") fields.pop();
  return fields;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes kept one a character, read as UTF-8. Where they are not that, what no character is made of stands as `\xE4`. */
export function decodeBytes(bytes: string): string {
  const buffer = Buffer.from(bytes, "latin1");
  try {
    return strict.decode(buffer);
  } catch {
    return escapeStrayBytes(buffer);
  }
}

/** Whether bytes kept one a character are UTF-8. */
export function isText(bytes: string): boolean {
  return isUtf8(Buffer.from(bytes, "latin1"));
}

/** As long as a character may be, in bytes. */
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

/** 0 where no character begins. */
function lengthOfCharacter(buffer: Buffer, place: number): number {
  for (let length = 1; length <= MAX_CHARACTER_BYTES && place + length <= buffer.length; length++) {
    if (isUtf8(buffer.subarray(place, place + length))) return length;
  }
  return 0;
}

/** A NUL-terminated list of fields of one character a byte, for a program's input. */
export function joinNul(fields: Iterable<string>): Buffer {
  return Buffer.from([...fields].map((field) => `${field}\0`).join(""), "latin1");
}
