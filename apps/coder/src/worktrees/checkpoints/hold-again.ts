import { BytePath } from "../../platform/git/byte-path.ts";
import { joinNul, splitNulBytes } from "../../platform/git/git-output.ts";
import { clearingOwnLocks } from "./clear-own-lock.ts";
import { findFiles } from "./find-files.ts";
import { hashFiles } from "./hash-files.ts";
import { readLastTree } from "./known-tree.ts";
import { hasRawIndex } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };

/**
 * Adds to a rebuilt index every file of the newest checkpoint that is still on disk. A scan finds the others, but not those that a rule
 * ignores by now: they were held, and must not look deleted because our index was lost.
 */
export async function holdAgain(worktree: RawWorktree): Promise<void> {
  const { git, path, overlay, settings, lastCheckpoint } = worktree;
  const entries = await readHeld(worktree, [lastCheckpoint, await readLastTree(overlay.gitDir)]);
  if (entries.length === 0) return;
  const { stdout } = await git.read(path, ["ls-files", "-z"], { overlay, settings, ...LISTING });
  const listed = new Set(splitNulBytes(stdout));
  const missing = new Map(entries.filter((entry) => !listed.has(toName(entry))).map((entry) => [BytePath.of(toName(entry)), entry]));
  const there = (await findFiles(path, [...missing.keys()])).map((name) => missing.get(name)!);
  if (there.length === 0) return;
  // Without times, so that the next scan hashes them.
  const info = there.map((entry) => entry.replace(/^(\d+) \w+ ([0-9a-f]+)\t/, "$1 $2 0\t"));
  await git.write(path, ["update-index", "--add", "--replace", "-z", "--index-info"], { overlay, settings, stdin: joinNul(info) });
}

/**
 * Brings our index up to date with paths that BooCode has just written or removed: the next checkpoints then hold the files even where a rule
 * ignores them. Without an index nothing is done: a rebuilt one holds whatever the newest checkpoint does.
 */
export async function holdWritten(worktree: RawWorktree, paths: readonly BytePath[]): Promise<void> {
  const { git, path, overlay, settings } = worktree;
  if (!(await hasRawIndex(overlay))) return;
  const there = new Set(await findFiles(path, paths));
  const gone = paths.filter((each) => !there.has(each));
  await clearingOwnLocks([overlay.gitDir], async () => {
    const argv = ["update-index", "--force-remove", "-z", "--stdin"];
    if (gone.length > 0) await git.write(path, argv, { overlay, settings, stdin: BytePath.list(gone), limitMs: LISTING.limitMs });
    await hashFiles(worktree, [...there], true);
  });
}

/** Reads the files of the first tree that the repository still has, as `<mode> <type> <id>\t<name>`. */
async function readHeld({ git, path, overlay, settings }: RawWorktree, trees: readonly (string | null)[]): Promise<string[]> {
  for (const tree of trees) {
    if (tree === null) continue;
    const argv = ["ls-tree", "-r", "-z", "--full-tree", tree];
    const { exitCode, stdout } = await git.read(path, argv, { overlay, settings, ...LISTING, exitCodes: [0, 1, 128] });
    if (exitCode === 0) return splitNulBytes(stdout).filter((entry) => !entry.startsWith("160000 "));
  }
  return [];
}

const toName = (entry: string) => entry.slice(entry.indexOf("\t") + 1);
