import { constants } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "../platform/git/git.ts";

/** A setting of the repository's own that names a program. */
export interface GitProgram {
  key: string;
  /** All its values, one a line. */
  value: string;
}

/** Our own git obeys none of these; a git that an agent starts obeys all of them. */
const SETTINGS = new RegExp(
  String.raw`^(core\.(fsmonitor|hookspath|sshcommand|pager|editor|askpass|gitproxy|alternaterefscommand)|sequence\.editor|pager\..*|diff\.external|interactive\.difffilter|filter\..*\.(clean|smudge|process)|merge\..*\.driver|diff\..*\.(textconv|command)|remote\..*\.(uploadpack|receivepack|vcs|url|pushurl)|url\.ext::.*\.(push)?insteadof|protocol\.(ext\.)?allow|credential\.(.*\.)?helper|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|lfs\.customtransfer\..*\.path|lfs\.extension\..*\.(clean|smudge)|hook\..*\.(command|event)|trailer\..*\.(cmd|command)|alias\..*|submodule\..*\.update)$`,
  "s",
);

/** Of settings that mostly say something else, the values that name a program or let one be named. */
const NAMING: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^alias\./, /^!/],
  [/^submodule\./, /^!/],
  [/^remote\..*url$/s, /^ext::/],
  [/^protocol\./, /^(?!never$)/],
];

/** What git-lfs writes into every repository that uses it, and switches without a program. */
const HARMLESS = new Map([
  ["filter.lfs.clean", /^git-lfs clean -- %f$/],
  ["filter.lfs.smudge", /^git-lfs smudge( --skip)? -- %f$/],
  ["filter.lfs.process", /^git-lfs filter-process( --skip)?$/],
  ["core.fsmonitor", /^(true|false|)$/],
  ["core.hookspath", /^\/dev\/null$/],
]);

/** The programs that the repository's own settings name, by key. The person's and the system's settings are not the repository's. */
export async function readGitPrograms(git: Git, root: string): Promise<GitProgram[]> {
  const values = new Map<string, string[]>();
  for (const { key, value: found } of await git.programSettings(root)) {
    const value = found ?? "";
    if (!SETTINGS.test(key) || HARMLESS.get(key)?.test(value)) continue;
    if (NAMING.some(([ofKey, ofValue]) => ofKey.test(key) && !ofValue.test(value))) continue;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return [...values].map(([key, found]) => ({ key, value: found.join("\n") }));
}

/** Hooks that lie in the repository itself: names of what git would run. `hooksDir` is their folder. */
export async function listHooks(git: Git, root: string): Promise<{ hooksDir: string; names: string[] }> {
  const hooksDir = join((await git.dirs(root)).commonDir, "hooks");
  const names = await readdir(hooksDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const found: string[] = [];
  for (const name of names.sort()) {
    if (name.endsWith(".sample")) continue;
    const { mode } = await lstat(join(hooksDir, name));
    const isRun =
      (mode & constants.S_IFMT) === constants.S_IFLNK || ((mode & constants.S_IFMT) === constants.S_IFREG && (mode & 0o111) !== 0);
    if (isRun) found.push(name);
  }
  return { hooksDir, names: found };
}
