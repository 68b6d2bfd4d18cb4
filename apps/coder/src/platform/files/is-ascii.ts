/** Whether a string is the same text with one character per byte as it is in UTF-8, as nearly every path is. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

// oxlint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/;
