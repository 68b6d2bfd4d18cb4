import { cutText, cutTextStart } from "../text/cut-text.ts";
import type { Snippet } from "./search.ts";

/** The shortest word that the index finds, in characters. */
export const SHORTEST = 3;
/** Characters of a snippet before and behind the match. */
const BEFORE = 40;
const AFTER = 120;

/** A query as it is compared. `indexed`: the words that the index finds; the others are looked for in what it has found. */
export interface SearchWords {
  all: readonly string[];
  indexed: readonly string[];
}

/** Splits a query into its words, in lower case. */
export function toSearchWords(query: string): SearchWords {
  const all = [...new Set(query.toLowerCase().split(/\s+/).filter(Boolean))];
  return { all, indexed: all.filter((word) => [...word].length >= SHORTEST) };
}

/** Whether a text has all words. */
export function hasWords(text: string, words: SearchWords): boolean {
  const lower = text.toLowerCase();
  return words.all.every((word) => lower.includes(word));
}

/** Returns the part of a text around the first of the words that it has, as one line. */
export function toSnippet(text: string, words: SearchWords): Snippet {
  const lower = text.toLowerCase();
  // A few characters change their length with their case: then no place of the one text is a place of the other.
  const places = lower.length === text.length ? words.all.map((word) => [lower.indexOf(word), word.length] as const) : [];
  const found = places.filter(([at]) => at >= 0).toSorted((a, b) => a[0] - b[0])[0];
  if (!found) return { before: "", match: "", after: toLine(cutText(text, BEFORE + AFTER)).trim() };
  const [at, length] = found;
  const end = at + length;
  const before = cutTextStart(text.slice(0, at), BEFORE);
  const after = cutText(text.slice(end), AFTER);
  return {
    before: (before.length < at ? "…" : "") + toLine(before).trimStart(),
    match: toLine(text.slice(at, end)),
    after: toLine(after).trimEnd() + (end + after.length < text.length ? "…" : ""),
  };
}

const toLine = (text: string) => text.replaceAll(/\s+/g, " ");
