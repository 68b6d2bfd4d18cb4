/** Formats a noun with its count: "1 session", "3 sessions". */
export function toCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}

/** Joins words as a sentence does: "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Formats a large count in at most four characters: 950, 1.2k, 48k, 1.3M. */
export function toShortCount(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 10_000) return `${trim(count / 1_000)}k`;
  if (count < 1_000_000) return `${Math.round(count / 1_000)}k`;
  return `${trim(count / 1_000_000)}M`;
}

const trim = (value: number) => (Math.floor(value * 10) / 10).toString();
