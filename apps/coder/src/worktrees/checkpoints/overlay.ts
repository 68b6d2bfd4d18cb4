import { mkdir, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git, GitDirs } from "../../platform/git/git.ts";

/**
 * Of the highest rank, so nothing in the worktree sets another: no line ending, keyword, encoding or content filter changes a byte.
 * An encoding cannot be switched off, only be left unsaid.
 */
const ATTRIBUTES = "* -text -ident -filter !eol !working-tree-encoding !diff !merge\n";

/**
 * The git directory of our own in which a worktree is hashed: its index holds the files' bytes as they lie on disk, and neither the
 * repository's settings nor the person's index come into it. Made where it is not there yet; nothing in it is lost with it.
 *
 * @param folder absolute; belongs to this worktree alone
 */
export async function openOverlay(git: Git, folder: string, projectPath: string, workTree: string): Promise<GitOverlay> {
  const dirs = await git.dirs(projectPath);
  if (!(await exists(join(folder, "HEAD")))) await makeOverlay(folder, dirs);
  return { gitDir: folder, workTree, objectsDir: dirs.objectsDir };
}

async function makeOverlay(folder: string, { commonDir, objectFormat: format }: GitDirs): Promise<void> {
  await mkdir(join(folder, "info"), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, "refs"), { recursive: true });
  const extension = format === "sha1" ? "" : `[extensions]\n\tobjectFormat = ${format}\n`;
  await writeFile(join(folder, "config"), `[core]\n\trepositoryFormatVersion = ${format === "sha1" ? 0 : 1}\n\tbare = false\n${extension}`);
  await writeFile(join(folder, "info", "attributes"), ATTRIBUTES);
  // What the person does not want to see in this repository is read where they keep it.
  await symlink(join(commonDir, "info", "exclude"), join(folder, "info", "exclude")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  // Last, and whole: with it git takes the folder for a repository.
  await writeFile(join(folder, "HEAD.new"), "ref: refs/heads/none\n");
  await rename(join(folder, "HEAD.new"), join(folder, "HEAD"));
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
