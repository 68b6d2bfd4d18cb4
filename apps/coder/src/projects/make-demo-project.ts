import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Git } from "../platform/git/git.ts";

export interface CommitIdentity {
  name: string;
  email: string;
}

/**
 * Makes a repository of one commit at `path`, whole or not at all: it is built beside and then renamed. What is there already
 * stays as it is.
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
  // What a crash left behind here was never shown to anybody.
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true, mode: 0o700 });
  await git.init(building);
  for (const [name, text] of Object.entries(input.files)) {
    await mkdir(dirname(join(building, name)), { recursive: true });
    await writeFile(join(building, name), text);
  }
  // Each by its name: for all of them git would look into submodules, with their own settings.
  await git.write(building, ["add", "--", ...Object.keys(input.files)]);
  const { name, email } = input.identity;
  await git.write(building, ["commit", "--quiet", "--no-verify", "--message", input.message], {
    variables: { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
  });
  await rename(building, input.path);
}
