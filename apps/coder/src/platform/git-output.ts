/** Fields of a NUL-terminated list, as UTF-8. */
export function splitNul(output: Buffer): string[] {
  return splitFields(output.toString("utf8"));
}

/**
 * Fields of a NUL-terminated list, one character a byte, so that a file name of any bytes survives and can be given back.
 * For showing see {@link toText}.
 */
export function splitNulBytes(output: Buffer): string[] {
  return splitFields(output.toString("latin1"));
}

function splitFields(text: string): string[] {
  const fields = text.split("\0");
  if (fields.at(-1) === "") fields.pop();
  return fields;
}

/** Bytes kept one a character, read as UTF-8. What is not UTF-8 becomes U+FFFD. */
export function toText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** A NUL-terminated list of byte strings, for a program's input. */
export function joinNul(fields: Iterable<string>): Buffer {
  return Buffer.from([...fields].map((field) => `${field}\0`).join(""), "latin1");
}
