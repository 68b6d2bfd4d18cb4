import { copyFile, lstat, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { joinNul, splitNulBytes } from "../../platform/git/git-output.ts";
import type { GitOverlay, GitSetting } from "../../platform/git/git-environment.ts";
import type { FoundSetting } from "../../platform/git/git-settings.ts";
import type { Git } from "../../platform/git/git.ts";
import { ATTRIBUTES_FILE, mayConvert, readAttributePlaces } from "./attribute-words.ts";
import { noteKnownNested } from "./known-nested.ts";
import type { RawWorktree } from "./raw-worktree.ts";
import { type PlainIndex, readPlainIndex } from "./read-plain-index.ts";

const LISTING_BYTES = 512 * 1024 * 1024;
/** Attributes that make a checked-out file differ from its blob. */
const CONVERSIONS = ["filter", "ident", "working-tree-encoding", "eol"];

export function hasRawIndex(overlay: GitOverlay): Promise<boolean> {
  return exists(join(overlay.gitDir, "index"));
}

/**
 * Creates the index with which a worktree is hashed, from a copy of the worktree's own.
 *
 * Files that git has just written itself (`isFresh`) are known to match their blobs, unless an attribute or setting changes bytes on the
 * way: those files, or all files of a worktree that others have worked in, are hashed again at the next checkpoint. `isCertain` tells
 * whether no such files exist.
 */
export async function seedRawIndex(worktree: RawWorktree, isFresh: boolean): Promise<{ isCertain: boolean }> {
  const { git, path, overlay, settings } = worktree;
  const { gitDir } = await git.dirs(path);
  // Written under another name until complete: a seed truncated by a crash would describe the files wrongly.
  const seed = join(overlay.gitDir, "index.seed");
  await copyIndex(gitDir, overlay.gitDir, seed);
  const plain = isFresh ? await readAsItsBlobs(worktree, seed) : null;
  if (plain !== null) {
    await noteKnownNested(overlay.gitDir, plain.nested);
    await rename(seed, join(overlay.gitDir, "index"));
    return { isCertain: true };
  }
  const whole: readonly GitSetting[] = [...settings, ["core.splitIndex", "false"]];
  const inSeed = { overlay: { ...overlay, indexFile: seed }, settings: whole, maxOutputBytes: LISTING_BYTES, limitMs: 60_000 };
  await git.write(path, ["update-index", "--no-split-index", "--no-untracked-cache", "--no-fsmonitor"], inSeed);
  const flagged = splitNulBytes((await git.read(path, ["ls-files", "-s", "-v", "-z"], inSeed)).stdout);
  const absent = await clearHidingBits(worktree, inSeed, flagged);
  const entries = flagged.map((field) => field.slice(2)).filter((entry) => !absent.has(toPath(entry)));
  await noteKnownNested(overlay.gitDir, entries.filter((entry) => entry.startsWith("160000 ")).map(toPath));
  const unsure = isFresh ? await listConverted(worktree, entries) : entries;
  if (unsure.length > 0) await git.write(path, ["update-index", "-z", "--index-info"], { ...inSeed, stdin: joinNul(unsure) });
  // A worktree without files has no index to copy: the next checkpoint then seeds from nothing.
  if (await exists(seed)) await rename(seed, join(overlay.gitDir, "index"));
  return { isCertain: unsure.length === 0 };
}

/**
 * The fast path for a plain index in a repository where no attribute changes bytes, which is the common case. Null does not imply that an
 * attribute does.
 */
async function readAsItsBlobs({ git, path }: RawWorktree, index: string): Promise<PlainIndex | null> {
  const [plain, places] = await Promise.all([readPlainIndex(index, ATTRIBUTES_FILE), readAttributePlaces(git, path)]);
  return plain !== null && !(await mayConvert(path, plain.paths, places)) ? plain : null;
}

/** Lists the entries whose files on disk differ from their blobs, in the format of `ls-files -s`. */
async function listConverted({ git, path }: RawWorktree, entries: readonly string[]): Promise<string[]> {
  const changesEnds = ({ key, value }: FoundSetting) =>
    (key === "core.autocrlf" && !/^(false|input)$/i.test(value ?? "true")) || (key === "core.eol" && /^crlf$/i.test(value ?? ""));
  if ((await git.settings(path)).some(changesEnds)) return [...entries];
  const { stdout } = await git.read(path, ["check-attr", "-z", "--stdin", ...CONVERSIONS], {
    stdin: BytePath.list(entries.map(toPath)),
    maxOutputBytes: LISTING_BYTES,
    limitMs: 60_000,
  });
  const fields = splitNulBytes(stdout);
  const converted = new Set<BytePath>();
  for (let place = 0; place + 2 < fields.length; place += 3) {
    const value = fields[place + 2];
    if (value !== "unspecified" && value !== "unset" && !(fields[place + 1] === "eol" && value === "lf"))
      converted.add(BytePath.of(fields[place]!));
  }
  return entries.filter((entry) => converted.has(toPath(entry)));
}

/** Makes git check every file, even those it was told to skip. Returns the files that a sparse checkout left out, which are not on disk. */
async function clearHidingBits(
  { git, path }: RawWorktree,
  options: Parameters<Git["write"]>[2] & object,
  flagged: readonly string[],
): Promise<Set<BytePath>> {
  const withFlag = (flag: RegExp) => flagged.filter((field) => flag.test(field)).map((field) => toPath(field));
  const absent = new Set<BytePath>();
  const present: BytePath[] = [];
  for (const name of withFlag(/^s/i)) {
    const isThere = await exists(BytePath.toFile(path, name));
    if (isThere) present.push(name);
    else absent.add(name);
  }
  for (const [argument, names] of [
    ["--no-assume-unchanged", withFlag(/^[a-z]/)],
    ["--no-skip-worktree", present],
  ] as const) {
    if (names.length > 0) await git.write(path, ["update-index", argument, "-z", "--stdin"], { ...options, stdin: BytePath.list(names) });
  }
  return absent;
}

async function copyIndex(gitDir: string, overlayDir: string, seed: string): Promise<void> {
  for (const stale of [seed, `${seed}.lock`, join(overlayDir, "index.lock"), join(overlayDir, "seen-index")])
    await rm(stale, { force: true });
  const source = join(gitDir, "index");
  const found = await stat(source, { bigint: true }).catch(() => null);
  if (!found) return;
  // A split index refers to a base file next to it.
  for (const name of await readdir(gitDir)) {
    if (name.startsWith("sharedindex.")) await copyFile(join(gitDir, name), join(overlayDir, name));
  }
  await copyFile(source, seed);
  // Git trusts an entry only if it is older than the index, so the copy must not look newer than its original.
  const seconds = Number(found.mtimeNs / 1_000n - 1n) / 1e6;
  await utimes(seed, seconds, seconds);
}

/** Returns the number of files in a folder's index, or slightly more; 0 if there is none. A split index has a base file next to it. */
export async function countEntries(gitDir: string): Promise<number> {
  const names = (await readdir(gitDir)).filter((name) => name === "index" || name.startsWith("sharedindex."));
  const counts = await Promise.all(names.map((name) => countListed(join(gitDir, name))));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countListed(index: string): Promise<number> {
  const file = await open(index).catch(() => null);
  if (!file) return 0;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return bytesRead === 12 && buffer.toString("latin1", 0, 4) === "DIRC" ? buffer.readUInt32BE(8) : 0;
  } finally {
    await file.close();
  }
}

const toPath = (entry: string) => BytePath.of(entry.slice(entry.indexOf("\t") + 1));

const exists = (path: string | Buffer) =>
  lstat(path).then(
    () => true,
    () => false,
  );
