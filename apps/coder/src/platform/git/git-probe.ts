import type { GitSetting } from "./git-environment.ts";
import { isInclude, isOfRepository, isWanted, type FoundSetting } from "./git-settings.ts";

/** Keys of settings that name a program, as an alternation of patterns. Pass what git finds to {@link toOverrides}. */
export const PROGRAM_SETTINGS = String.raw`filter\..*\.(clean|smudge|process|required)|merge\..*\.driver|diff\..*\.(textconv|command)|remote\..*\.(uploadpack|receivepack|vcs|proxy)|credential\..*\.helper|gpg\..*\.program|gpg\.program|lfs\.customtransfer\..*\.path|lfs\.extension\..*\.(clean|smudge)|hook\..*\.(command|event|enabled)`;

/** More keys that name a program. The daemon's git ignores all of them; a git that an agent starts obeys all of them. */
export const OTHER_PROGRAM_SETTINGS = String.raw`core\.(fsmonitor|hookspath|sshcommand|pager|editor|askpass|gitproxy)|sequence\.editor|pager\..*|diff\.external|interactive\.difffilter|credential\.helper|core\.alternaterefscommand|gpg\.ssh\.defaultkeycommand|trailer\..*\.(cmd|command)|alias\..*|submodule\..*\.update|protocol\.(ext\.)?allow|remote\..*\.(url|pushurl)|url\.ext::.*\.(push)?insteadof`;
const OTHER_PROGRAM = new RegExp(`^(?:${OTHER_PROGRAM_SETTINGS})$`, "s");

/** A hook defined in settings, supported since git 2.54 and independent of the hooks folder. */
const HOOK = /^hook\.(.*)\.(?:command|event|enabled)$/s;

/** The settings that git-lfs itself writes. This is the only program that a repository may name. */
const LFS = new Map([
  ["filter.lfs.clean", "git-lfs clean -- %f"],
  ["filter.lfs.smudge", "git-lfs smudge -- %f"],
  ["filter.lfs.process", "git-lfs filter-process"],
]);

export interface ProbeFinding {
  /** Settings that disable all of the repository's programs. */
  overrides: readonly GitSetting[];
  /** Names of the repository's content filters that are disabled. */
  disabledFilters: readonly string[];
  /** The settings include other files, so checking the repository's own files cannot detect every change. */
  hasIncludes: boolean;
}

/** Decides which settings disable the repository's programs. The person's and the system's settings stay in effect, except hooks: no hook ever runs. */
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
    // git-lfs itself would run these programs, so git-lfs is disabled for this repository too.
    else if (key.startsWith("lfs.")) filters.add("lfs");
    else if (key.startsWith("filter.")) {
      if (LFS.get(key) !== value && !key.endsWith(".required")) filters.add(key.slice("filter.".length, key.lastIndexOf(".")));
    }
    // A merge driver that does nothing silently keeps one side; one that fails leaves a visible conflict.
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
