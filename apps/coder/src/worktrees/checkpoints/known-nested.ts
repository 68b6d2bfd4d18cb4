import { lstat, opendir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { RawWorktree } from "./raw-worktree.ts";

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const COMMIT_MODE = "160000 ";
const MAX_NAMED = 100;

/** Reads the nested repositories that our index records by HEAD, and some that it recorded earlier. */
export async function readKnownNested({ git, path, overlay, settings }: RawWorktree): Promise<BytePath[]> {
  const noted = await readFile(fileIn(overlay.gitDir)).catch(() => null);
  if (noted) return BytePath.split(noted);
  const { stdout } = await git.read(path, ["ls-files", "-s", "-z"], { overlay, settings, ...LISTING });
  const entries = splitNulBytes(stdout).filter((entry) => entry.startsWith(COMMIT_MODE));
  const found = entries.map((entry) => BytePath.of(entry.slice(entry.indexOf("\t") + 1)));
  await noteKnownNested(overlay.gitDir, found);
  return found;
}

/** Replaces the record of the nested repositories in our index. */
export async function noteKnownNested(overlayDir: string, paths: Iterable<BytePath>): Promise<void> {
  await writeFile(fileIn(overlayDir), BytePath.list(paths));
}

/** Adds nested repositories that our index is about to record. */
export async function addKnownNested(worktree: RawWorktree, paths: readonly BytePath[]): Promise<void> {
  if (paths.length === 0) return;
  const known = new Set(await readKnownNested(worktree));
  if (paths.some((path) => !known.has(path)))
    await noteKnownNested(worktree.overlay.gitDir, [...known, ...paths.filter((path) => !known.has(path))]);
}

/** Clears the record, for an index that is rebuilt from something other than the worktree's own. */
export function forgetKnownNested(overlayDir: string): Promise<void> {
  return rm(fileIn(overlayDir), { force: true });
}

const fileIn = (overlayDir: string) => join(overlayDir, "nested");

/**
 * Finds non-empty folders that our index records as nested repositories but that are none: a submodule that was never fetched, or a
 * repository whose git directory was removed. Git considers them unchanged and never looks inside.
 */
export async function findFormerNested(worktree: RawWorktree): Promise<BytePath[]> {
  const known = await readKnownNested(worktree);
  const isFormer = await Promise.all(known.map((name) => isPlainFolder(worktree.path, name)));
  return known.filter((_, place) => isFormer[place]);
}

/**
 * Removes such folders from our index, so that their files are found; returns how many. A folder that contains only ignored files keeps its
 * entry.
 */
export async function dropFormerNested(worktree: RawWorktree): Promise<number> {
  const { git, path, overlay, settings } = worktree;
  const former = await findFormerNested(worktree);
  if (former.length === 0) return 0;
  const beside = { overlay: { ...overlay, indexFile: join(overlay.gitDir, "no-index") }, settings, ...LISTING };
  // A command line holds only text, and is limited in length.
  const names = former.length <= MAX_NAMED && former.every(BytePath.isText) ? ["--", ...former.map(BytePath.toText)] : [];
  const { stdout } = await git.read(path, ["ls-files", "-z", "--others", "--exclude-standard", ...names], beside);
  const files = BytePath.split(stdout);
  const gone = former.filter((name) => files.some((file) => BytePath.isBelow(file, name)));
  if (gone.length === 0) return 0;
  await git.write(path, ["update-index", "--force-remove", "-z", "--stdin"], { overlay, settings, stdin: BytePath.list(gone) });
  const known = await readKnownNested(worktree);
  await noteKnownNested(
    overlay.gitDir,
    known.filter((name) => !gone.includes(name)),
  );
  return gone.length;
}

async function isPlainFolder(root: string, name: BytePath): Promise<boolean> {
  const folder = BytePath.toFile(root, name);
  const found = await lstat(folder).catch(() => null);
  if (!found?.isDirectory()) return false;
  const isRepository = await lstat(Buffer.concat([folder, Buffer.from("/.git")])).then(
    () => true,
    () => false,
  );
  if (isRepository) return false;
  const opened = await opendir(folder).catch(() => null);
  const first = await opened?.read();
  await opened?.close();
  return Boolean(first);
}
