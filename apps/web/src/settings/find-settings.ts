/** Returns the sections that have all words of a text, each in its title or among its words. */
export function findSettings<S extends { title: string; words: string }>(sections: readonly S[], text: string): S[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return sections.filter(({ title, words }) => wanted.every((word) => `${title} ${words}`.toLowerCase().includes(word)));
}
