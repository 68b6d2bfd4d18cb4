import { mkdir, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git, GitDirs } from "../../platform/git/git.ts";

/**
 * These attributes have the highest precedence, so nothing in the worktree overrides them: no line ending, keyword, encoding or content
 * filter changes a byte. An encoding cannot be switched off, only left unspecified.
 */
const ATTRIBUTES = "* -text -ident -filter !eol !working-tree-encoding !diff !merge\n";

/**
 * Opens our private git directory in which a worktree is hashed: its index holds the files' bytes as they are on disk, and neither the
 * repository's settings nor the person's index affect it. It is created if missing, and can be deleted without loss.
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
  // The person's own exclude file of this repository is read in place.
  await symlink(join(commonDir, "info", "exclude"), join(folder, "info", "exclude")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  // Written last and atomically: this file makes git accept the folder as a repository.
  await writeFile(join(folder, "HEAD.new"), "ref: refs/heads/none\n");
  await rename(join(folder, "HEAD.new"), join(folder, "HEAD"));
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
