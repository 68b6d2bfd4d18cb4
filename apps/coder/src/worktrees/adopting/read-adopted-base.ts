import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { joinNul, splitNulBytes } from "../../platform/git/git-output.ts";
import { writeRawTree } from "../checkpoints/checkpoint.ts";
import type { RawWorktree } from "../checkpoints/raw-worktree.ts";

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--ignore-submodules=dirty"];
const NESTED = "160000";

/**
 * Writes the tree that an adopted worktree's changes are compared with: its HEAD, with the bytes on disk of every file that git calls
 * unchanged. They differ from the commit's where git converts files on the way, as for line endings, and nobody has changed such a file.
 *
 * @param tree the tree of the commit that is checked out
 */
export async function readAdoptedBase(raw: RawWorktree, tree: string): Promise<string> {
  const { git, path, overlay } = raw;
  const { tree: onDisk } = await writeRawTree(raw);
  const differing = await listModified(raw, tree, onDisk);
  if (differing.size === 0) return tree;
  const { stdout } = await git.read(path, STATUS, LISTING);
  for (const field of splitNulBytes(stdout)) {
    const changed = readPath(field);
    if (changed !== null) differing.delete(changed);
  }
  if (differing.size === 0) return tree;
  const indexFile = join(overlay.gitDir, "index.adopted");
  const own = { overlay: { ...overlay, indexFile }, limitMs: LISTING.limitMs };
  try {
    await git.write(path, ["read-tree", tree], own);
    await git.write(path, ["update-index", "-z", "--index-info"], { ...own, stdin: joinNul([...differing.values()]) });
    return (await git.write(path, ["write-tree", "--missing-ok"], own)).text;
  } finally {
    for (const left of [indexFile, `${indexFile}.lock`]) await rm(left, { force: true });
  }
}

/** Lists the files that are in both trees with different content, each with its entry in `now` as `update-index --index-info` takes it. */
async function listModified({ git, path, overlay }: RawWorktree, tree: string, now: string): Promise<Map<BytePath, string>> {
  const { stdout } = await git.read(path, ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", tree, now], {
    ...LISTING,
    overlay,
  });
  const fields = splitNulBytes(stdout);
  const modified = new Map<BytePath, string>();
  for (let place = 0; place + 1 < fields.length; place += 2) {
    const [, before, mode, , oid, status] = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])/.exec(fields[place]!) ?? [];
    if (status !== "M" || before === NESTED || mode === NESTED) continue;
    modified.set(BytePath.of(fields[place + 1]!), `${mode} ${oid}\t${fields[place + 1]!}`);
  }
  return modified;
}

/** The path of a line of the status: `1 XY sub mH mI mW hH hI path`, or `u XY sub m1 m2 m3 mW h1 h2 h3 path`; null for any other. */
function readPath(field: string): BytePath | null {
  const fields = { "1": 8, u: 10 }[field[0] ?? ""];
  return fields === undefined ? null : BytePath.of(field.split(" ").slice(fields).join(" "));
}
