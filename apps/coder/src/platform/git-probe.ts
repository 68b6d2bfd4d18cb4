import { lstat, stat } from "node:fs/promises";
import { join } from "node:path";
import { splitNul } from "./git-output.ts";
import type { GitSetting } from "./git-environment.ts";

/** Asks git itself for every setting that names a program; what it prints is for {@link toOverrides}. */
export const PROBE_ARGUMENTS: readonly string[] = [
  "config",
  "--includes",
  "--show-scope",
  "-z",
  "--get-regexp",
  String.raw`^(filter\..*\.(clean|smudge|process|required)|merge\..*\.driver|diff\..*\.(textconv|command)|remote\..*\.(uploadpack|receivepack|vcs|proxy)|credential\..*\.helper|gpg\..*\.program|gpg\.program|lfs\.customtransfer\..*\.path|lfs\.extension\..*\.(clean|smudge)|include\.path|includeif\..*\.path)$`,
];

/** What git-lfs itself writes into a repository: the one program that a repository may name. */
const LFS = new Map([
  ["filter.lfs.clean", "git-lfs clean -- %f"],
  ["filter.lfs.smudge", "git-lfs smudge -- %f"],
  ["filter.lfs.process", "git-lfs filter-process"],
]);

export interface ProbeFinding {
  /** What to set so that none of the repository's programs runs. */
  overrides: readonly GitSetting[];
  /** Names of content filters that the repository wanted and does not get. */
  disabledFilters: readonly string[];
  /** Its settings lie in further files, so that a look at its own does not tell whether they changed. */
  hasIncludes: boolean;
}

/** Reads the probe's output. Settings of the person and of the system stand: they are not the repository's choice. */
export function toOverrides(output: Buffer): ProbeFinding {
  const overrides: GitSetting[] = [];
  const filters = new Set<string>();
  let hasIncludes = false;
  const fields = splitNul(output);
  for (let place = 0; place + 1 < fields.length; place += 2) {
    const scope = fields[place];
    const [key = "", ...lines] = (fields[place + 1] ?? "").split("\n");
    if (scope !== "local" && scope !== "worktree") continue;
    if (key.startsWith("include")) hasIncludes = true;
    // git-lfs would run these itself, so then the repository gets no git-lfs either.
    else if (key.startsWith("lfs.")) filters.add("lfs");
    else if (key.startsWith("filter.")) {
      if (LFS.get(key) !== lines.join("\n") && !key.endsWith(".required")) filters.add(key.slice("filter.".length, key.lastIndexOf(".")));
    }
    // A merge driver that does nothing would silently keep one side; one that fails leaves a conflict to see.
    else if (key.startsWith("merge.") || key.startsWith("gpg.")) overrides.push([key, "false"]);
    else if (!key.startsWith("remote.")) overrides.push([key, ""]);
  }
  for (const name of filters) {
    overrides.push(
      [`filter.${name}.clean`, ""],
      [`filter.${name}.smudge`, ""],
      [`filter.${name}.process`, ""],
      [`filter.${name}.required`, "false"],
    );
  }
  return { overrides, disabledFilters: [...filters], hasIncludes };
}

/**
 * What a finding depends on: changes when the repository's settings do. Null where that cannot be told from a few files.
 * An agent can edit these in the middle of a turn.
 */
export async function fingerprintSettings(
  cwd: string,
  { gitDir, commonDir }: { gitDir: string; commonDir: string },
): Promise<string | null> {
  const link = await lstat(join(cwd, ".git"), { bigint: true }).catch(() => null);
  if (!link) return null;
  const files = [join(commonDir, "config"), join(gitDir, "config.worktree"), join(gitDir, "commondir")];
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true }).catch(() => null)));
  return [link, ...stats].map((file) => (file ? `${file.dev}:${file.ino}:${file.size}:${file.mtimeNs}:${file.ctimeNs}` : "-")).join(" ");
}
