/** Text in which each quoted, backticked or fenced piece is replaced by one opaque word. */
export interface MaskedText {
  /** Quoted pieces are replaced by `\uE000<number>\uE001`. */
  text: string;
  /** Restores the original text of a part. */
  restore(part: string): string;
  /** Returns the content of a part: a single quoted piece loses its quotes, pieces inside a longer part keep theirs. */
  inner(part: string, options?: { keepQuotesInside: boolean }): string;
}

const PIECES: readonly RegExp[] = [
  /```[^\n`]*\n([\s\S]*?)\n?```/g,
  // Everything on the lines after "says:" is the text, whatever it contains.
  /(?<=\b(?:says?|saying|reads?|contain(?:s|ing)|contents?|texts?|lines?):[ \t]*\n)\s*([^\s\uE000][\s\S]*)$/gi,
  /`([^`\n]+)`/g,
  /"([^"\n]*)"/g,
  /“([^“”\n]*)”/g,
  /«([^«»\n]*)»/g,
  // An apostrophe inside a word does not quote anything.
  /(?<![\p{L}\p{N}])'([^'\n]*)'(?![\p{L}\p{N}])/gu,
];

/** Replaces quoted pieces by placeholders, so that nothing inside them is parsed as a request. */
export function maskQuotes(text: string): MaskedText {
  const pieces: { written: string; meant: string }[] = [];
  const masked = PIECES.reduce(
    (current, piece) =>
      current.replace(piece, (written: string, meant: string) => {
        pieces.push({ written: restore(written), meant: restore(meant) });
        return `\uE000${pieces.length - 1}\uE001`;
      }),
    // Private-use characters in the input would be mistaken for placeholders.
    text.replace(/[\uE000\uE001]/g, ""),
  );
  function restore(part: string): string {
    return part.replace(/\uE000(\d+)\uE001/g, (_whole, index: string) => pieces[Number(index)]!.written);
  }
  return {
    text: masked,
    restore,
    inner(part, options = { keepQuotesInside: false }) {
      const whole = /^\uE000(\d+)\uE001[.!?]*$/.exec(part);
      if (whole) return pieces[Number(whole[1])]!.meant;
      // `say "a" and b`: quotes inside a longer text are part of it, as a command's quotes are part of its words.
      return options.keepQuotesInside || part.includes(" ")
        ? restore(part)
        : part.replace(/\uE000(\d+)\uE001/g, (_all, index: string) => pieces[Number(index)]!.meant);
    },
  };
}
