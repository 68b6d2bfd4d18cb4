/** Decodes UTF-8 without the half of a character at the end. */
export function toWholeText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes, { stream: true });
}
