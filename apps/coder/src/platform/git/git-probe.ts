import type { GitSetting } from "./git-environment.ts";
import { isInclude, isOfRepository, isWanted, type FoundSetting } from "./git-settings.ts";

/** Keys of settings that name a program, as an alternation of patterns; what git finds of them is for {@link toOverrides}. */
export const PROGRAM_SETTINGS = String.raw`filter\..*\.(clean|smudge|process|required)|merge\..*\.driver|diff\..*\.(textconv|command)|remote\..*\.(uploadpack|receivepack|vcs|proxy)|credential\..*\.helper|gpg\..*\.program|gpg\.program|lfs\.customtransfer\..*\.path|lfs\.extension\..*\.(clean|smudge)|hook\..*\.(command|event|enabled)`;

/** Further ones that name a program. Ours obeys none of them, whatever a repository says; a git that an agent starts obeys all. */
export const OTHER_PROGRAM_SETTINGS = String.raw`core\.(fsmonitor|hookspath|sshcommand|pager|editor|askpass|gitproxy)|sequence\.editor|pager\..*|diff\.external|interactive\.difffilter|credential\.helper|core\.alternaterefscommand|gpg\.ssh\.defaultkeycommand|trailer\..*\.(cmd|command)|alias\..*|submodule\..*\.update|protocol\.(ext\.)?allow|remote\..*\.(url|pushurl)|url\.ext::.*\.(push)?insteadof`;
const OTHER_PROGRAM = new RegExp(`^(?:${OTHER_PROGRAM_SETTINGS})$`, "s");

/** A hook that settings give a name and a program; git has those since 2.54, whatever its folder of hooks is. */
const HOOK = /^hook\.(.*)\.(?:command|event|enabled)$/s;

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

/** Settings of the person and of the system stand: they are not the repository's choice. No hook runs, whoever named it. */
export function toOverrides(settings: readonly FoundSetting[]): ProbeFinding {
  const overrides: GitSetting[] = [];
  const filters = new Set<string>();
  const hooks = new Set<string>();
  let hasIncludes = false;
  for (const setting of settings) {
    const { key, value } = setting;
    const hook = HOOK.exec(key)?.[1];
    if (hook !== undefined) {
      hooks.add(hook);
      continue;
    }
    if (!isOfRepository(setting) || isWanted(setting) || OTHER_PROGRAM.test(key)) continue;
    if (isInclude(setting)) hasIncludes = true;
    // git-lfs would run these itself, so then the repository gets no git-lfs either.
    else if (key.startsWith("lfs.")) filters.add("lfs");
    else if (key.startsWith("filter.")) {
      if (LFS.get(key) !== value && !key.endsWith(".required")) filters.add(key.slice("filter.".length, key.lastIndexOf(".")));
    }
    // A merge driver that does nothing would silently keep one side; one that fails leaves a conflict to see.
    else if (key.startsWith("merge.") || key.startsWith("gpg.")) overrides.push([key, "false"]);
    else if (!key.startsWith("remote.")) overrides.push([key, ""]);
  }
  for (const name of hooks) overrides.push([`hook.${name}.enabled`, "false"]);
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
