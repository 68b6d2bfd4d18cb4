/**
 * Returns what of a clipboard's text may be pasted: all but control characters other than tabs and line ends. Without them a text can
 * neither end the brackets in which programs receive a paste, nor press a key.
 */
export function toPasted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- These are the characters it is about.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, "");
}
