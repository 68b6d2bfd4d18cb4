import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { withoutFiles } from "./read-tree-changes.ts";

/** The files of one tree: contents by git object id. A file's name is its place in the list; null leaves the place empty. */
export type ScratchTree = readonly (string | null)[];

/**
 * Makes trees of contents that are in the object store, lets `work` compare them, and removes them again: git compares many contents at
 * once only in trees. They are kept apart from the repository's objects, which gain nothing.
 */
export async function withScratchTrees<T>(
  git: Git,
  overlay: GitOverlay,
  trees: readonly ScratchTree[],
  work: (overlay: GitOverlay, ids: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(overlay.gitDir, "trees-"));
  try {
    await mkdir(join(folder, "info"));
    await writeFile(join(folder, "info", "alternates"), `${quote(overlay.objectsDir)}\n`);
    const scratch = { ...withoutFiles(overlay), objectsDir: folder };
    const { text } = await git.write(overlay.gitDir, ["mktree", "--batch"], { overlay: scratch, stdin: trees.map(toText).join("") });
    return await work(scratch, text.split("\n"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The entries of one tree, ended by an empty line. */
function toText(tree: ScratchTree): string {
  const entries = tree.map((oid, place) => (oid === null ? "" : `100644 blob ${oid}\t${place}\n`));
  return `${entries.join("")}\n`;
}

/** Quotes a path in git's way, for it may contain a line break. */
function quote(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
