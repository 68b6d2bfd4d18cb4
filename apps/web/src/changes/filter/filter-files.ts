/** What the panel is filtered by. */
export interface FileFilter {
  /** Words that the path must contain, in any case and order. */
  text: string;
  /** Authors of whom at least one must have changed the file; null is the person. Empty: any. */
  authors: readonly (string | null)[];
}

interface Filtered {
  path: string;
  previousPath?: string | undefined;
  agents: readonly (string | null)[];
}

/** The files that match a filter, in order. The same array if all do. */
export function filterFiles<File extends Filtered>(files: readonly File[], { text, authors }: FileFilter): readonly File[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && authors.length === 0) return files;
  return files.filter((file) => {
    const names = `${file.path}\n${file.previousPath ?? ""}`.toLowerCase();
    return words.every((word) => names.includes(word)) && (authors.length === 0 || file.agents.some((agent) => authors.includes(agent)));
  });
}

/** The authors of the files and how many each changed, in order of appearance; null is the person. */
export function countAuthors(files: readonly Filtered[]): { author: string | null; files: number }[] {
  const counts = new Map<string | null, number>();
  for (const { agents } of files) for (const agent of agents) counts.set(agent, (counts.get(agent) ?? 0) + 1);
  return [...counts].map(([author, count]) => ({ author, files: count }));
}

/** The file the keys act on: the chosen one; if it is gone, the one after its place; without a choice, the first. */
export function chooseActive<File extends { key: string }>(files: readonly File[], chosen: string | null): File | undefined {
  if (chosen === null) return files[0];
  return files.find(({ key }) => key === chosen) ?? files.find(({ key }) => key > chosen) ?? files.at(-1);
}
