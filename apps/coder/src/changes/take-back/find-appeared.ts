import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import type { EditPlace } from "../edits/files/edit-place.ts";

export interface AppearedInput {
  raw: RawWorktree;
  place: EditPlace;
  /** The tree before the turn. */
  before: string;
  /** The files that the tree after the turn has, and this one has not. */
  added: readonly BytePath[];
  /** What the checkpoint before the turn does not contain, for another reason than a rule: names as text, folders with a slash. */
  leftOut: readonly string[];
  /** The repository's exclude file as the turn found it; null if it is the same now. */
  excludes: string | null;
}

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const TOGETHER = 64;
/** Of one file of rules: a larger one is no list of patterns that somebody wrote. */
const MAX_RULES_BYTES = 1024 * 1024;
const RULES = ".gitignore";
const SUFFIX = `/${RULES}`;

/**
 * Finds the files that no checkpoint held before a turn although they may have been there, so that the turn may only have made them visible:
 * files that were too big or too many, and those that were ignored by the `.gitignore` files of the checkpoint
 * before, the person's exclude file, and the repository's as it was then or as it is now. Errors: those of git.
 */
export async function findAppeared({ raw, place, before, added, leftOut, excludes }: AppearedInput): Promise<Set<BytePath>> {
  if (added.length === 0) return new Set();
  const besides = added.filter((path) => isAmong(BytePath.toText(path), leftOut));
  return place.inScratch(async (scratch) => {
    // Git applies rules to files on disk: here are the rules of then, and an empty file for each name.
    const workTree = join(scratch, "then");
    await mkdir(workTree);
    await writeRules(raw, place, before, workTree);
    await writeNames(added, workTree);
    const overlay = { ...raw.overlay, workTree, indexFile: join(scratch, "index") };
    const find = async (settings: RawWorktree["settings"]) => {
      const argv = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard"];
      return BytePath.split((await raw.git.read(workTree, argv, { overlay, settings, ...LISTING })).stdout);
    };
    const appeared = await find(raw.settings);
    if (excludes === null) return new Set([...besides, ...appeared]);
    const file = join(scratch, "excludes");
    await writeFile(file, excludes);
    return new Set([...besides, ...appeared, ...(await find([...raw.settings, ["core.excludesFile", file]]))]);
  });
}

function isAmong(path: string, names: readonly string[]): boolean {
  return names.some((name) => path === name || (name.endsWith("/") && path.startsWith(name)));
}

async function writeNames(names: readonly BytePath[], folder: string): Promise<void> {
  for (let start = 0; start < names.length; start += TOGETHER) {
    const write = async (name: BytePath) => {
      const file = BytePath.toFile(folder, name);
      await mkdir(file.subarray(0, file.lastIndexOf("/")), { recursive: true });
      await writeFile(file, "");
    };
    // A name that was a folder with rules is no file that they ignored.
    await Promise.all(names.slice(start, start + TOGETHER).map((name) => write(name).catch(() => {})));
  }
}

/** Writes the `.gitignore` files of a tree into a folder. */
async function writeRules(raw: RawWorktree, place: EditPlace, tree: string, folder: string): Promise<void> {
  const { stdout } = await raw.git.read(raw.path, ["ls-tree", "-r", "-z", "--full-tree", tree], { overlay: raw.overlay, ...LISTING });
  const files = new Map<string, string[]>();
  for (const entry of splitNulBytes(stdout)) {
    const [, oid, path] = /^100\d+ blob ([0-9a-f]+)\t([^]*)$/.exec(entry) ?? [];
    if (oid && path && (path === RULES || path.endsWith(SUFFIX))) files.set(oid, [...(files.get(oid) ?? []), path]);
  }
  const sizes = [...(await place.contents.requireAll(files.keys()))].filter(([, size]) => size <= MAX_RULES_BYTES);
  await place.contents.readEach(new Map(sizes), async (oid, content) => {
    for (const path of files.get(oid)!) {
      const parent = path === RULES ? null : BytePath.of(path.slice(0, -SUFFIX.length));
      if (parent) await mkdir(BytePath.toFile(folder, parent), { recursive: true });
      await writeFile(BytePath.toFile(folder, BytePath.of(path)), content);
    }
  });
}
