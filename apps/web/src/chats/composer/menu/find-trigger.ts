/** What is being typed that a menu can complete. `from` to `to` is replaced by what is picked. */
export interface Trigger {
  kind: "slash" | "mention";
  /** What stands behind the sign, up to the caret. */
  query: string;
  from: number;
  to: number;
}

/** The longest word that is completed. */
const MAX_WORD = 500;

/**
 * Finds what a menu can complete at the caret: a word with a slash at the beginning of the text, or a word with `@`, which may be quoted.
 * Null if there is nothing.
 */
export function findTrigger(text: string, caret: number): Trigger | null {
  const word = /^\/[^\s]*/.exec(text)?.[0];
  if (word !== undefined && caret >= 1 && caret <= word.length) {
    return { kind: "slash", query: word.slice(1, caret), from: 0, to: word.length };
  }
  const start = Math.max(0, caret - MAX_WORD);
  const before = /(?:^|[\s([{'"`])@("?)([^"\n]*)$/.exec(text.slice(start, caret));
  if (before === null) return null;
  const [, quote = "", query = ""] = before;
  if (quote === "" && /[\s@]/.test(query)) return null;
  const rest = (quote === "" ? /^[^\s"]*/ : /^[^"\n]*"?/).exec(text.slice(caret))?.[0] ?? "";
  return { kind: "mention", query, from: caret - query.length - quote.length - 1, to: caret + rest.length };
}

/** Replaces what a trigger stands for. Returns the text and where the caret goes: behind the inserted words and a space. */
export function complete(text: string, { from, to }: Trigger, words: string): { text: string; caret: number } {
  const rest = text.slice(to);
  const space = rest.startsWith(" ") ? "" : " ";
  return { text: `${text.slice(0, from)}${words}${space}${rest}`, caret: from + words.length + 1 };
}
