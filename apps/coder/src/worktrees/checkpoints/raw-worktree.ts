import type { GitOverlay, GitSetting } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";

/** A worktree as the checkpoint functions see it. */
export interface RawWorktree {
  git: Git;
  path: string;
  overlay: GitOverlay;
  /** File system facts and ignore rules, as set by the repository and the person. */
  settings: readonly GitSetting[];
  /** The person's git identity. */
  person: { name: string; email: string };
  /** The newest checkpoint; null if there is none. */
  lastCheckpoint: string | null;
}

/** The settings of the repository and the person that matter when bytes are hashed unchanged. */
const COUNTING = new Set(["core.excludesfile", "core.filemode", "core.symlinks", "core.ignorecase"]);

/** Reads the settings of the repository and the person that matter here; other settings are not read. */
export async function readRawSettings(git: Git, path: string): Promise<Pick<RawWorktree, "settings" | "person">> {
  const found = await git.settings(path);
  // A key without a value means true.
  const said = new Map(found.map(({ key, value }) => [key, value ?? "true"]));
  return {
    settings: [
      ...[...said].filter(([key]) => COUNTING.has(key)),
      // An untracked cache in the index would replace checks of the disk.
      ["core.untrackedCache", "false"],
      // Makes git check files that a sparse checkout left out and somebody has created.
      ["core.sparseCheckout", "true"],
      // Writes only the changes of a large index. Its old base is deleted when it gets a new one.
      ["core.splitIndex", "true"],
      ["splitIndex.sharedIndexExpire", "now"],
    ],
    person: { name: toName(said.get("user.name")), email: said.get("user.email") || "you@localhost" },
  };
}

/** Returns a usable author name: git rejects a name that consists only of blanks and punctuation. */
function toName(said = ""): string {
  // oxlint-disable-next-line no-control-regex -- git counts them among the blanks
  return /[^\u0000-\u0020.,:;<>"'\\]/.test(said) ? said : "You";
}
