import { constants } from "node:fs";
import { access, lstat, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isNameable } from "@boocode/shared/worktrees/is-nameable";
import { sharePlaces } from "@boocode/shared/worktrees/share-places";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import { dropLeftBehind } from "./drop-left-behind.ts";
import { findReturned } from "./gone-files.ts";
import { findFormerNested, readKnownNested } from "./known-nested.ts";
import { countEntries } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";
import { followSparse } from "./follow-sparse.ts";
import { fingerprintIndex } from "./known-tree.ts";
import { scanWorktree, type Scan } from "./scan-worktree.ts";

/** Limits that exclude untracked files from a checkpoint. */
export interface CheckpointLimits {
  maxUntrackedBytes: number;
  maxUntrackedFiles: number;
  /** Up to this many files, a single git checks them all; see {@link scanWorktree}. */
  filesAtOnce: number;
}

/** What has changed on disk since the raw index was written. */
export interface Work {
  /** Files and links to hash. */
  write: BytePath[];
  remove: BytePath[];
  /** Nested repositories, recorded by their HEAD and not entered. */
  nested: { path: BytePath; head: string }[];
  /** Paths not included, as text: too big, too many, unreadable, with a name that git rejects, or not a regular file. */
  leftOut: string[];
  /** The worktree's own index at the time of the scan, for {@link noteSeenIndex}. */
  seenIndex: string;
  /** True if it is the index recorded last. */
  isSeen: boolean;
  /** Files to hash that were gone and are there again: no scan finds them if they are ignored. */
  returned: BytePath[];
}

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const DOT_GIT = BytePath.of(".git");
const MAX_NESTED = 100;
const MAX_NAMED = 100;
/** The part of the places that crowded folders leave to others. */
const KEPT = 0.2;
/** The number of files checked in parallel: more would wait for the same few threads. */
const LOOK_TOGETHER = 64;

/**
 * Compares the worktree with the raw index. Enters no nested repository, and runs nothing in one except reading its HEAD. `scan` is the
 * result of a scan just made.
 */
export async function collectWork(worktree: RawWorktree, limits: CheckpointLimits, scan?: Scan): Promise<Work> {
  const { git, path, overlay } = worktree;
  const { gitDir } = await git.dirs(path);
  const seenIndex = await fingerprintIndex(gitDir);
  const isSeen = seenIndex === (await readSeenIndex(overlay.gitDir));
  if (!isSeen) await followSparse(worktree);
  const [{ changed, untracked: found, unopened }, forced] = await Promise.all([
    isSeen && scan ? scan : scanWorktree(worktree, limits.filesAtOnce),
    // Only the worktree's own index knows files that were added although they are ignored.
    isSeen ? null : git.read(path, ["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"], LISTING),
  ]);
  const returned = await findReturned(path, overlay.gitDir);
  const work: Work = { write: [...returned], remove: [], nested: [], leftOut: [], seenIndex, isSeen, returned };
  const leftOut = [...unopened];

  const trackedKinds = await lookAt(path, changed, Infinity);
  for (const [place, name] of changed.entries()) {
    const kind = trackedKinds[place];
    if (kind === "file") work.write.push(name);
    else if (kind === "folder") {
      const found = await note(git, path, name, work, leftOut);
      // If a repository without a commit replaced a file, the file is gone; a repository that cannot be read keeps its entry.
      if (found === "none" || (found === "left_out" && !(await readKnownNested(worktree)).includes(name))) work.remove.push(name);
    } else if (kind === "unreadable" || kind === "unnameable") leftOut.push(name);
    else work.remove.push(name);
    if (kind === "special") leftOut.push(name);
  }

  const added = forced ? BytePath.split(forced.stdout) : [];
  const addedKinds = await lookAt(path, added, Infinity);
  // A path that is gone or not a file is already handled, or was never present because a sparse checkout left it out.
  work.write.push(...added.filter((_, place) => addedKinds[place] === "file"));

  const untracked = await dropLeftBehind(path, found);
  const kinds = await lookAt(path, untracked, limits.maxUntrackedBytes);
  const files = untracked.filter((_, place) => kinds[place] === "file");
  const chosen = await choosePlaces(worktree, limits, files);
  for (const [place, name] of untracked.entries()) {
    const kind = kinds[place];
    if (kind === "folder") await note(git, path, BytePath.withoutSlash(name), work, leftOut);
    else if (kind === "gone") continue;
    else if (kind === "file" && chosen.has(BytePath.toBytes(name))) work.write.push(name);
    else leftOut.push(name);
  }
  work.leftOut = summarize(leftOut.map(BytePath.toText));
  work.write = [...new Set(work.write)];
  return work;
}

/** Records that our index contains everything in the worktree's index, so that the next scan need not ask again. */
export async function noteSeenIndex(overlayDir: string, { seenIndex, isSeen }: Work): Promise<void> {
  if (!isSeen) await writeFile(seenFile(overlayDir), seenIndex);
}

const seenFile = (overlayDir: string) => join(overlayDir, "seen-index");

/** Returns whether our index contains everything in the worktree's own index, and no former repository hides the files of a folder. */
export async function hasSeenIndex(worktree: RawWorktree): Promise<boolean> {
  const { git, path, overlay } = worktree;
  const now = git.dirs(path).then(({ gitDir }) => fingerprintIndex(gitDir));
  const [index, seen, former] = await Promise.all([now, readSeenIndex(overlay.gitDir), findFormerNested(worktree)]);
  return index === seen && former.length === 0;
}

const readSeenIndex = (overlayDir: string) => readFile(seenFile(overlayDir), "utf8").catch(() => null);

/** Chooses the untracked files that are included. Those in earlier checkpoints count too, and stay. */
async function choosePlaces(
  { git, path, overlay, settings }: RawWorktree,
  { maxUntrackedFiles: max }: CheckpointLimits,
  files: readonly BytePath[],
): Promise<ReadonlySet<string>> {
  const wanting = files.map(BytePath.toBytes);
  if (wanting.length === 0 || (await countEntries(overlay.gitDir)) + wanting.length <= max) return new Set(wanting);
  const [inIndex, listed] = await Promise.all([
    git.read(path, ["ls-files", "-z"], { overlay, settings, ...LISTING }),
    git.read(path, ["ls-files", "-z"], LISTING),
  ]);
  const tracked = new Set(BytePath.split(listed.stdout));
  const held = BytePath.split(inIndex.stdout).filter((name) => !tracked.has(name));
  return sharePlaces(held.map(BytePath.toBytes), wanting, { max, kept: Math.floor(max * KEPT) });
}

type Kind = "file" | "folder" | "gone" | "special" | "unreadable" | "too_big" | "unnameable";

async function lookAt(root: string, names: readonly BytePath[], maxBytes: number): Promise<Kind[]> {
  const kinds: Kind[] = [];
  for (let start = 0; start < names.length; start += LOOK_TOGETHER) {
    kinds.push(...(await Promise.all(names.slice(start, start + LOOK_TOGETHER).map((name) => lookAtOne(root, name, maxBytes)))));
  }
  return kinds;
}

async function lookAtOne(root: string, name: BytePath, maxBytes: number): Promise<Kind> {
  const file = BytePath.toFile(root, name);
  try {
    const found = await lstat(file);
    if (!isNameable(BytePath.toBytes(name), found.isSymbolicLink() ? "link" : "file")) return "unnameable";
    if (found.isDirectory()) return "folder";
    if (found.isSymbolicLink()) return "file";
    if (!found.isFile()) return "special";
    if (found.size > maxBytes) return "too_big";
    await access(file, constants.R_OK);
    return "file";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "unreadable" : "gone";
  }
}

/** Records a folder found where git expects a file: it is a nested repository, or an empty folder. */
async function note(git: Git, root: string, name: BytePath, work: Work, leftOut: BytePath[]): Promise<"noted" | "left_out" | "none"> {
  const isRepository = await lstat(BytePath.toFile(root, BytePath.join(name, DOT_GIT))).then(
    () => true,
    () => false,
  );
  if (!isRepository) return "none";
  const head = work.nested.length < MAX_NESTED ? await readHead(git, root, `${root}/${BytePath.toText(name)}`) : null;
  if (head === null) leftOut.push(BytePath.asFolder(name));
  else work.nested.push({ path: name, head });
  return head === null ? "left_out" : "noted";
}

/**
 * Reads a nested repository's HEAD; null if it has no commit yet, git refuses to read it, or its object format is incompatible with ours.
 */
async function readHead(git: Git, root: string, path: string): Promise<string | null> {
  const head = await git.read(path, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).catch(() => null);
  const length = (await git.dirs(root)).objectFormat === "sha1" ? 40 : 64;
  return head && /^[0-9a-f]+$/.test(head.text) && head.text.length === length ? head.text : null;
}

/** Shortens a list of names to at most a hundred, replacing files by their folders, and folders by their parents. */
export function summarize(names: readonly string[]): string[] {
  for (let depth = 12; depth > 0; depth--) {
    const cut = names.length > MAX_NAMED ? [...new Set(names.map((name) => cutAt(name, depth)))] : [...names];
    if (cut.length <= MAX_NAMED) return cut;
  }
  return [...new Set(names.map((name) => cutAt(name, 1)))].slice(0, MAX_NAMED);
}

function cutAt(name: string, depth: number): string {
  const segments = name.split("/");
  return segments.length > depth ? `${segments.slice(0, depth).join("/")}/` : name;
}
