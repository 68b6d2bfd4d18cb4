/** How many files there may be, and how many of those places are kept for folders that are not crowded. */
export interface Places {
  max: number;
  kept: number;
}

interface Folder {
  /** Files directly in it that hold a place already. */
  held: number;
  /** Files directly in it that want one, in the order given. */
  wanting: string[];
  folders: Map<string, Folder>;
  /** All files in it, at any depth. */
  count: number;
}

/**
 * Chooses which files get a place when there are not enough for all: each folder, and the files beside its folders, get an equal share, and
 * what one does not need goes to the others. So a crowded folder leaves out files of its own, not those of others, now or later.
 *
 * Paths are relative, with slashes; `held` have their places already and keep them. Returns the chosen ones of `wanting`.
 */
export function sharePlaces(held: Iterable<string>, wanting: readonly string[], { max, kept }: Places): Set<string> {
  const root = toFolder();
  let taken = 0;
  for (const path of held) {
    find(root, path).held += 1;
    taken += 1;
  }
  if (taken + wanting.length <= max) return new Set(wanting);
  for (const path of wanting) find(root, path).wanting.push(path);
  const chosen: string[] = [];
  share(root, max - kept, chosen);
  return new Set(chosen.slice(0, Math.max(0, max - taken)));
}

function toFolder(): Folder {
  return { held: 0, wanting: [], folders: new Map(), count: 0 };
}

/** Finds the folder of a file, which counts in all folders above it. */
function find(root: Folder, path: string): Folder {
  let folder = root;
  folder.count += 1;
  for (let start = 0, end = path.indexOf("/"); end >= 0; start = end + 1, end = path.indexOf("/", start)) {
    const name = path.slice(start, end);
    let next = folder.folders.get(name);
    if (!next) folder.folders.set(name, (next = toFolder()));
    folder = next;
    folder.count += 1;
  }
  return folder;
}

/** Gives a folder's places to what is in it, the smallest group first. */
function share(folder: Folder, places: number, chosen: string[]): void {
  const own = folder.held + folder.wanting.length;
  const groups = [
    { count: own, inner: null as Folder | null },
    ...[...folder.folders.values()].map((inner) => ({ count: inner.count, inner })),
  ]
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => one.count - other.count);
  let left = places;
  for (const [at, { count, inner }] of groups.entries()) {
    const given = Math.min(count, Math.floor(left / (groups.length - at)));
    left -= given;
    if (inner) share(inner, given, chosen);
    else chosen.push(...folder.wanting.slice(0, Math.max(0, given - folder.held)));
  }
}
