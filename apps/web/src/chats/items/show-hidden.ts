/** Control characters except tab and line break, and invisible format characters: directions, joiners, zero-width marks. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Replaces invisible characters, and those that change the text direction, with their codes. */
export function showHidden(text: string): string {
  return text.replaceAll(HIDDEN, (character) => `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›`);
}
