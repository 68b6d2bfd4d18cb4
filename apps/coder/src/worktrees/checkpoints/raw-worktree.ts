import type { GitOverlay, GitSetting } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";

/** One worktree as the functions here see it. */
export interface RawWorktree {
  git: Git;
  path: string;
  overlay: GitOverlay;
  /** Facts of the file system and what to ignore, as the repository and the person set them. */
  settings: readonly GitSetting[];
  /** Who the person is to git. */
  person: { name: string; email: string };
}

/** Of what the repository and the person set, that which counts where bytes are hashed as they are. */
const COUNTING = new Set(["core.excludesfile", "core.filemode", "core.symlinks", "core.ignorecase"]);

/** What the repository and the person set that counts here: the rest of their settings is not read. */
export async function readRawSettings(git: Git, path: string): Promise<Pick<RawWorktree, "settings" | "person">> {
  const found = await git.settings(path);
  // A key without a value means yes.
  const said = new Map(found.map(({ key, value }) => [key, value ?? "true"]));
  return {
    settings: [
      ...[...said].filter(([key]) => COUNTING.has(key)),
      // Keeps in the index what a look at the disk is not made for any more.
      ["core.untrackedCache", "false"],
      // Where a sparse checkout left a file out and somebody put one there, git looks at it.
      ["core.sparseCheckout", "true"],
      // Of a large index only what changed is written. What it once stood on is taken away when it stands on another.
      ["core.splitIndex", "true"],
      ["splitIndex.sharedIndexExpire", "now"],
    ],
    person: { name: toName(said.get("user.name")), email: said.get("user.email") || "you@localhost" },
  };
}

/** Git commits for nobody whose name is but blanks and signs. */
function toName(said = ""): string {
  // oxlint-disable-next-line no-control-regex -- git counts them among the blanks
  return /[^\u0000-\u0020.,:;<>"'\\]/.test(said) ? said : "You";
}
