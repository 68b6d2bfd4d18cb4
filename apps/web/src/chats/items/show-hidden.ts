/** Control characters but tab and line break, and what formats without being seen: directions, joiners, marks without a width. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text in which nothing hides: what could not be seen, or would turn what is seen around, stands as its code. */
export function showHidden(text: string): string {
  return text.replaceAll(HIDDEN, (character) => `‹U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›`);
}
