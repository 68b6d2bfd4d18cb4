/** Counts the bytes of a text in UTF-8. A lone surrogate counts as the replacement character it becomes. */
export function countUtf8Bytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at)!;
    if (point < 0x80) bytes += 1;
    else if (point < 0x800) bytes += 2;
    else if (point < 0x1_0000) bytes += 3;
    else {
      bytes += 4;
      at += 1;
    }
  }
  return bytes;
}
