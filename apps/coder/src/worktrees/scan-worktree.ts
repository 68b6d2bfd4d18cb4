import { splitNulBytes } from "../platform/git-output.ts";
import { countEntries, type RawWorktree } from "./raw-index.ts";

/** Paths that differ from the raw index, bytes one a character. */
export interface Scan {
  /** Of files in the index: other bytes, another mode, gone. Some may turn out to be as they were. */
  changed: string[];
  /** Files that are in no index, and repositories with a slash at their end. */
  untracked: string[];
}

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty"];
/** Fields before the path, by the kind of a status line. */
const FIELDS_BEFORE_PATH = new Map([
  ["1", 8],
  ["u", 10],
]);

/**
 * Looks at every file. Up to `filesAtOnce` of them one git does it, since starting another takes longer than it saves; beyond that one
 * looks at what is known and one for what is new, at the same time.
 */
export async function scanWorktree(worktree: RawWorktree, filesAtOnce: number): Promise<Scan> {
  const { git, path, overlay, settings } = worktree;
  const own = { overlay, settings, ...LISTING };
  if ((await countEntries(overlay.gitDir)) <= filesAtOnce) return readStatus((await git.read(path, STATUS, own)).stdout);
  const [untracked, changed] = await Promise.all([
    listUntracked(worktree),
    git.read(path, ["diff-files", "-z", "--raw", "--ignore-submodules=dirty"], own),
  ]);
  // After each description stands its path.
  return { changed: splitNulBytes(changed.stdout).filter((_, place) => place % 2 === 1), untracked };
}

/** Files that our index does not know, and repositories with a slash at their end; bytes one a character. */
export async function listUntracked({ git, path, overlay, settings }: RawWorktree): Promise<string[]> {
  const { stdout } = await git.read(path, ["ls-files", "-z", "--others", "--exclude-standard"], { overlay, settings, ...LISTING });
  return splitNulBytes(stdout);
}

/** Reads `status --porcelain=v2 -z` without renames. What differs only from HEAD is no change on disk. */
function readStatus(output: Buffer): Scan {
  const scan: Scan = { changed: [], untracked: [] };
  for (const field of splitNulBytes(output)) {
    const kind = field[0] ?? "";
    if (kind === "?") scan.untracked.push(field.slice(2));
    const before = FIELDS_BEFORE_PATH.get(kind);
    if (before === undefined || (kind === "1" && field[3] === ".")) continue;
    let place = 0;
    for (let left = before; left > 0; left--) place = field.indexOf(" ", place) + 1;
    scan.changed.push(field.slice(place));
  }
  return scan;
}
