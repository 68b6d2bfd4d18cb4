import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { TrashId } from "@boocode/shared/ids";
import type { TrashedWorktree } from "@boocode/shared/trash/trash-entry";
import type { Git, GitOptions } from "../../platform/git/git.ts";
import { joinNul, splitNulBytes } from "../../platform/git/git-output.ts";
import { readRegularFile } from "../../platform/files/pinned-folder.ts";
import { CHECKPOINT_COMMITTER, toCommitVariables } from "../checkpoints/commit-checkpoint.ts";
import type { RawWorktree } from "../checkpoints/raw-worktree.ts";

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
/** What git writes about operations and logs is small; a bigger file is not one of these. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** Refs named in one command line. */
const REFS_AT_ONCE = 200;
const MAX_FILES = 2_000;
/** The newest entries of a log come last. */
const MAX_KEPT = 2_000;
const OID = /\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g;
/** Large, binary, or only about files: their contents are kept by the tree of the index. */
const SKIPPED = /^(?:index|sharedindex\..*|.*\.lock)$/;

/** The prefix of the refs that keep what a deletion would otherwise leave to git's garbage collection. */
export const toTrashRefs = (trashId: TrashId) => `refs/boocode/trash/${trashId}`;

export interface PinInput {
  trashId: TrashId;
  /** The repository. */
  projectPath: string;
  was: TrashedWorktree;
  /** Git's own directory about the worktree; null if there is none. */
  gitDir: string | null;
  /** A commit with every file of the worktree. Null: it could not be made. */
  work: string | null;
  at: number;
}

/**
 * W1: makes refs for everything that only the worktree kept alive: HEAD and the branch, the index, every file as a checkpoint holds it, and
 * whatever an operation in progress or the log of HEAD names. Run again, the refs move to what is there then.
 *
 * Faults: those of git.
 */
export async function pinWork(raw: RawWorktree, input: PinInput): Promise<void> {
  const { was, work, trashId, projectPath } = input;
  const index = await keepIndex(raw, input);
  const kept = await keepNamed(raw, input, index.unmerged);
  const wanted = new Map<string, string | null>([
    ["head", was.head.oid],
    ["branch", was.tip],
    ["index", index.tree],
    ["work", work],
    ["kept", kept],
  ]);
  const prefix = toTrashRefs(trashId);
  const present = await readTrashRefs(raw, projectPath, trashId);
  const lines: string[] = [];
  for (const [name, oid] of wanted) {
    const now = present.get(name);
    const ref = `${prefix}/${name}`;
    if (oid !== null && now !== oid) lines.push(`update ${ref} ${oid} ${now ?? "0".repeat(oid.length)}\n`);
    if (oid === null && now !== undefined) lines.push(`delete ${ref} ${now}\n`);
  }
  if (lines.length > 0) await raw.git.write(projectPath, ["update-ref", "--stdin"], { stdin: lines.join("") });
}

/** Reads the refs of a deletion: the last part of each name, with its object. */
export async function readTrashRefs(
  { git }: Pick<RawWorktree, "git">,
  projectPath: string,
  trashId: TrashId,
): Promise<Map<string, string>> {
  const prefix = toTrashRefs(trashId);
  const { text } = await git.read(projectPath, ["for-each-ref", "--format=%(objectname) %(refname)", prefix]);
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(line.indexOf(" ") + prefix.length + 2), line.slice(0, line.indexOf(" "))]));
}

/** Lets go of everything that was kept for a deletion. Faults: those of git. */
export function dropTrashRefs(git: Git, projectPath: string, trashId: TrashId): Promise<void> {
  return dropRefs(git, projectPath, [toTrashRefs(trashId)]);
}

/** Removes refs, each by the object it is at; a prefix stands for all refs below it. What is gone already is fine. Faults: those of git. */
export async function dropRefs(git: Git, projectPath: string, refs: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (let start = 0; start < refs.length; start += REFS_AT_ONCE) {
    const some = refs.slice(start, start + REFS_AT_ONCE);
    const { text } = await git.read(projectPath, ["for-each-ref", "--format=delete %(refname) %(objectname)", ...some], LISTING);
    if (text !== "") lines.push(`${text}\n`);
  }
  if (lines.length > 0) await git.write(projectPath, ["update-ref", "--stdin"], { stdin: lines.join("") });
}

/** Writes the tree of the worktree's own index. Conflicting versions cannot be in one tree: they are returned, to be kept by themselves. */
async function keepIndex(raw: RawWorktree, input: PinInput): Promise<{ tree: string | null; unmerged: string[] }> {
  const entries = await listIndex(raw, input);
  if (entries === null) return { tree: null, unmerged: [] };
  const stageOf = (entry: string) => /^\d+ [0-9a-f]+ (\d)\t/.exec(entry)?.[1];
  const merged = entries.filter((entry) => stageOf(entry) === "0");
  const unmerged = entries.filter((entry) => stageOf(entry) !== "0").map((entry) => entry.split(" ", 2)[1] ?? "");
  const indexFile = join(raw.overlay.gitDir, `index.${input.trashId}`);
  const own = { overlay: { ...raw.overlay, indexFile }, limitMs: LISTING.limitMs };
  try {
    await rm(`${indexFile}.lock`, { force: true });
    await rm(indexFile, { force: true });
    if (merged.length > 0)
      await raw.git.write(input.projectPath, ["update-index", "-z", "--index-info"], { ...own, stdin: joinNul(merged) });
    return { tree: (await raw.git.write(input.projectPath, ["write-tree", "--missing-ok"], own)).text, unmerged };
  } finally {
    await rm(indexFile, { force: true });
  }
}

async function listIndex({ git, path, overlay }: RawWorktree, { was, gitDir, projectPath }: PinInput): Promise<string[] | null> {
  const argv = ["ls-files", "--stage", "-z"];
  if (was.state === "live") return splitNulBytes((await git.read(path, argv, LISTING)).stdout);
  if (gitDir === null) return null;
  // Its folder is gone, and with it the place to ask git. An index that is split into two files cannot be read from here; the copy has it.
  const options: GitOptions = { ...LISTING, overlay: { ...overlay, indexFile: join(gitDir, "index") }, exitCodes: [0, 128] };
  const { exitCode, stdout } = await git.read(projectPath, argv, options);
  return exitCode === 0 ? splitNulBytes(stdout) : null;
}

/**
 * Commits everything that git's directory about the worktree names: `ORIG_HEAD`, `MERGE_HEAD`, the commits of a rebase or a bisect, the log
 * of HEAD. They are parents of one commit, and the contents are its tree.
 */
async function keepNamed(raw: RawWorktree, { gitDir, projectPath, at }: PinInput, also: readonly string[]): Promise<string | null> {
  const named = [...new Set([...also, ...(gitDir === null ? [] : await listNamed(gitDir))])].slice(0, MAX_KEPT);
  if (named.length === 0) return null;
  const { git, overlay } = raw;
  const { text } = await git.read(projectPath, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    ...LISTING,
    stdin: `${named.join("\n")}\n`,
  });
  const found = text.split("\n").map((line) => line.split(" "));
  const ofKind = (kind: string) => found.flatMap(([oid = "", type]) => (type === kind ? [oid] : []));
  const [commits, trees, blobs] = [ofKind("commit"), ofKind("tree"), ofKind("blob")];
  if (commits.length + trees.length + blobs.length === 0) return null;
  const entries = [...trees.map((oid) => `040000 tree ${oid}\t${oid}`), ...blobs.map((oid) => `100644 blob ${oid}\t${oid}`)];
  const { text: tree } = await git.write(projectPath, ["mktree", "-z"], { overlay, stdin: entries.map((entry) => `${entry}\0`).join("") });
  const { name: authorName, email: authorEmail } = CHECKPOINT_COMMITTER;
  const words = { authorName, authorEmail, at, message: "What a deleted worktree named\n" };
  const argv = ["commit-tree", tree, ...commits.flatMap((oid) => ["-p", oid]), "-F", "-"];
  return (await git.write(projectPath, argv, { overlay, stdin: words.message, variables: toCommitVariables(words) })).text;
}

async function listNamed(gitDir: string): Promise<string[]> {
  const named = new Set<string>();
  const folders = [gitDir];
  let files = 0;
  for (let folder = folders.pop(); folder !== undefined && files < MAX_FILES; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile() || SKIPPED.test(entry.name)) continue;
      files += 1;
      const { bytes } = await readRegularFile(path, MAX_FILE_BYTES);
      for (const [oid] of bytes.toString("latin1").matchAll(OID)) named.add(oid);
    }
  }
  return [...named].toReversed();
}
