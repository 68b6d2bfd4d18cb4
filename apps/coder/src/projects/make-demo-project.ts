import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Git } from "../platform/git/git.ts";

export interface CommitIdentity {
  name: string;
  email: string;
}

/**
 * Creates a repository with one commit at `path`, atomically: it is built beside `path` and then renamed. Does nothing if `path` exists.
 */
export async function makeDemoProject(
  git: Git,
  input: { path: string; files: Readonly<Record<string, string>>; identity: CommitIdentity; message: string },
): Promise<void> {
  if (
    await stat(input.path).then(
      () => true,
      () => false,
    )
  )
    return;
  const building = `${input.path}.new`;
  // Leftovers of a crash were never visible, so they can be removed.
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true, mode: 0o700 });
  await git.init(building);
  for (const [name, text] of Object.entries(input.files)) {
    await mkdir(dirname(join(building, name)), { recursive: true });
    await writeFile(join(building, name), text);
  }
  // Added by name: with a wildcard, git would look into submodules and their settings.
  await git.write(building, ["add", "--", ...Object.keys(input.files)]);
  const { name, email } = input.identity;
  await git.write(building, ["commit", "--quiet", "--no-verify", "--message", input.message], {
    variables: { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
  });
  await rename(building, input.path);
}
