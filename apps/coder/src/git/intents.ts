import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import { readGitFiles } from "./read-git-files.ts";

/** The file, in the worktree's own git directory, of the paths that the index has been told of and no commit has taken yet. */
const NAME = "boocode-intents";

/** The git directory of a worktree, and its folder. */
export interface IntentPlace {
  gitDir: string;
  folder: string;
}

/**
 * Tells git of new files, without their content, so that a commit can name them. Written down first: the daemon may die before they are
 * taken back. Faults: those of git.
 */
export async function noteIntents(git: Git, { gitDir, folder }: IntentPlace, paths: readonly BytePath[]): Promise<void> {
  if (paths.length === 0) return;
  const file = join(gitDir, NAME);
  await rm(file, { force: true });
  await writeFile(file, BytePath.list(paths), { flag: "wx", mode: 0o600 });
  const argv = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
  await git.write(folder, argv, { stdin: BytePath.list(paths) });
}

/** Takes back what {@link noteIntents} told git, where nothing came of it. Faults: those of git. */
export async function forgetIntents(git: Git, { gitDir, folder }: IntentPlace): Promise<void> {
  const file = join(gitDir, NAME);
  const paths = BytePath.split(await readFile(file).catch(() => Buffer.alloc(0)));
  if (paths.length === 0) return rm(file, { force: true });
  const { files } = await readGitFiles(git, folder);
  const isIntended = (path: BytePath) => {
    const found = files.get(BytePath.toText(path))?.file;
    return found !== undefined && !found.isUntracked && found.staged === null && found.unstaged === "added";
  };
  const intended = paths.filter(isIntended);
  if (intended.length > 0) await git.write(folder, ["update-index", "--force-remove", "-z", "--stdin"], { stdin: BytePath.list(intended) });
  await rm(file, { force: true });
}

/** Finds, without git, the git directory of a worktree in which an earlier daemon has left intents; null if it has not. */
export async function findLeftIntents(folder: string): Promise<IntentPlace | null> {
  const pointer = await readFile(join(folder, ".git"), "utf8").catch(() => "");
  const gitDir = /^gitdir: (.+)\n?$/.exec(pointer)?.[1];
  if (gitDir === undefined) return null;
  const isLeft = await readFile(join(gitDir, NAME)).then(
    () => true,
    () => false,
  );
  return isLeft ? { gitDir, folder } : null;
}
