import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { RawWorktree } from "./raw-worktree.ts";

const LISTING = ["ls-files", "-z", "-t"];
const LIMITS = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const LEFT_OUT = "S";

/**
 * Applies a narrowed or widened sparse checkout of the worktree's own index to ours: a file that is absent because it was left out was not
 * deleted, and a file that is included again can be.
 */
export async function followSparse(worktree: RawWorktree): Promise<void> {
  const { git, path, overlay, settings } = worktree;
  const { gitDir } = await git.dirs(path);
  if (!(await exists(join(gitDir, "info", "sparse-checkout")))) return;
  const [theirs, ours] = await Promise.all([
    git.read(path, LISTING, LIMITS).then(readTags),
    git.read(path, LISTING, { ...LIMITS, overlay, settings }).then(readTags),
  ]);
  const differing = (tag: (of: string) => boolean) => [...ours].filter(([name, of]) => tag(of) && tag(theirs.get(name) ?? of) !== tag(of));
  const added: BytePath[] = [];
  for (const [name] of differing((of) => of !== LEFT_OUT)) if (!(await exists(BytePath.toFile(path, name)))) added.push(name);
  const changes = [
    ["--skip-worktree", added],
    ["--no-skip-worktree", differing((of) => of === LEFT_OUT).map(([name]) => name)],
  ] as const;
  for (const [argument, names] of changes) {
    if (names.length > 0)
      await git.write(path, ["update-index", argument, "-z", "--stdin"], { overlay, settings, stdin: BytePath.list(names) });
  }
}

/** Reads each path's tag, which says whether it is left out. For a conflict, the last tag counts. */
function readTags({ stdout }: { stdout: Buffer }): Map<BytePath, string> {
  return new Map(splitNulBytes(stdout).map((field) => [BytePath.of(field.slice(2)), field.slice(0, 1)]));
}

const exists = (path: string | Buffer) =>
  lstat(path).then(
    () => true,
    () => false,
  );
