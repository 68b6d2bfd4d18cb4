/** Paths prepared for searching. */
export interface PathIndex {
  paths: readonly string[];
  /** In lower case. */
  lower: readonly string[];
  /** Where the name begins in each. */
  names: Uint32Array;
  /** Which letters each has, as bits. */
  letters: Int32Array;
}

/** Prepares at most a million paths for {@link findPaths}: those near the root first, then short ones, then in the order given. */
export function makePathIndex(all: readonly string[]): PathIndex {
  // Numbers are sorted many times as fast as objects: depth, length and place in one.
  const order = Float64Array.from(
    all,
    (path, place) => (countSlashes(path) * 2 ** 16 + Math.min(path.length, 2 ** 16 - 1)) * 2 ** 20 + place,
  );
  const paths = Array.from(order.sort(), (key) => all[key % 2 ** 20]!);
  const lower = paths.map((path) => path.toLowerCase());
  const names = Uint32Array.from(lower, (path) => path.lastIndexOf("/") + 1);
  return { paths, lower, names, letters: Int32Array.from(lower, lettersOf) };
}

/** The best rank that there is. */
const BEST = 0;

/**
 * Finds the paths that fit what was typed, best first, at most `limit`. Better is: the name itself; a name that begins with it; a path that
 * begins with it; the beginning of a word of the name; anywhere in the name; the beginning of a folder; anywhere in the path; its letters in
 * order in the name; in the path. Of those that fit equally well, the one nearer to the root comes first, then the shorter one.
 */
export function findPaths({ paths, lower, names, letters }: PathIndex, typed: string, limit: number): string[] {
  const wanted = typed.toLowerCase().replace(/^\.\//, "");
  if (wanted === "") return paths.slice(0, limit);
  const needed = lettersOf(wanted);
  const byRank: number[][] = Array.from({ length: RANKS }, () => []);
  for (let at = 0; at < lower.length; at += 1) {
    if ((letters[at]! & needed) !== needed) continue;
    const rank = rankPath(lower[at]!, names[at]!, wanted);
    const found = rank === null ? undefined : byRank[rank];
    if (found === undefined || found.length >= limit) continue;
    found.push(at);
    if (rank === BEST && found.length >= limit) break;
  }
  return byRank
    .flat()
    .slice(0, limit)
    .map((at) => paths[at]!);
}

const RANKS = 9;

function rankPath(path: string, name: number, wanted: string): number | null {
  const anywhere = path.indexOf(wanted);
  const inName = anywhere === -1 || anywhere >= name ? anywhere : path.indexOf(wanted, name);
  if (inName === name) return path.length === name + wanted.length ? BEST : 1;
  if (anywhere === 0) return 2;
  if (inName !== -1) return isWordStart(path, inName) ? 3 : 4;
  if (anywhere !== -1) return path[anywhere - 1] === "/" ? 5 : 6;
  if (hasInOrder(path, wanted, name)) return 7;
  return hasInOrder(path, wanted, 0) ? 8 : null;
}

const isWordStart = (path: string, at: number): boolean => !/[\p{L}\p{N}]/u.test(path[at - 1]!);

function hasInOrder(path: string, wanted: string, from: number): boolean {
  let at = from;
  for (let letter = 0; letter < wanted.length; letter += 1) {
    const found = path.indexOf(wanted[letter]!, at);
    if (found === -1) return false;
    at = found + 1;
  }
  return true;
}

/** The letters and digits of a text as bits; several of other scripts share one. */
function lettersOf(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at += 1) bits |= 1 << (text.charCodeAt(at) & 31);
  return bits;
}

function countSlashes(path: string): number {
  let count = 0;
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) count += 1;
  return count;
}
