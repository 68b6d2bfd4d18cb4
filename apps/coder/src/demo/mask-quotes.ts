/** Text in which what stood in quotes, backticks or fences is one opaque word. */
export interface MaskedText {
  /** Quoted pieces stand as `\uE000<number>\uE001`. */
  text: string;
  /** Puts back everything as it was written. */
  restore(part: string): string;
  /** The words meant: a part that is one quoted piece loses its quotes; pieces inside a longer part keep theirs. */
  inner(part: string, options?: { keepQuotesInside: boolean }): string;
}

const PIECES: readonly RegExp[] = [
  /```[^\n`]*\n([\s\S]*?)\n?```/g,
  // What follows "says:" on lines of its own is the text, whatever it holds.
  /(?<=\b(?:says?|saying|reads?|contain(?:s|ing)|contents?|texts?|lines?):[ \t]*\n)\s*([^\s\uE000][\s\S]*)$/gi,
  /`([^`\n]+)`/g,
  /"([^"\n]*)"/g,
  /“([^“”\n]*)”/g,
  /«([^«»\n]*)»/g,
  // An apostrophe inside a word is none of these.
  /(?<![\p{L}\p{N}])'([^'\n]*)'(?![\p{L}\p{N}])/gu,
];

/** Replaces quoted pieces by placeholders, so that nothing inside them is taken for a request. */
export function maskQuotes(text: string): MaskedText {
  const pieces: { written: string; meant: string }[] = [];
  const masked = PIECES.reduce(
    (current, piece) =>
      current.replace(piece, (written: string, meant: string) => {
        pieces.push({ written: restore(written), meant: restore(meant) });
        return `\uE000${pieces.length - 1}\uE001`;
      }),
    // Private-use characters of the writer's own would be taken for placeholders.
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
      // `say "a" and b`: quotes inside a longer text belong to it, and a command's quotes to its words.
      return options.keepQuotesInside || part.includes(" ")
        ? restore(part)
        : part.replace(/\uE000(\d+)\uE001/g, (_all, index: string) => pieces[Number(index)]!.meant);
    },
  };
}
