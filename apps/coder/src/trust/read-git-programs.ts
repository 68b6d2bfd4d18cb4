import { constants } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "../platform/git/git.ts";

/** A setting in the repository's own configuration that names a program. */
export interface GitProgram {
  key: string;
  /** All its values, one per line. */
  value: string;
}

/** Settings that name programs. Our own git ignores all of them; a git that an agent starts obeys them. */
const SETTINGS = new RegExp(
  String.raw`^(core\.(fsmonitor|hookspath|sshcommand|pager|editor|askpass|gitproxy|alternaterefscommand)|sequence\.editor|pager\..*|diff\.external|interactive\.difffilter|filter\..*\.(clean|smudge|process)|merge\..*\.driver|diff\..*\.(textconv|command)|remote\..*\.(uploadpack|receivepack|vcs|url|pushurl)|url\.ext::.*\.(push)?insteadof|protocol\.(ext\.)?allow|credential\.(.*\.)?helper|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|lfs\.customtransfer\..*\.path|lfs\.extension\..*\.(clean|smudge)|hook\..*\.(command|event)|trailer\..*\.(cmd|command)|alias\..*|submodule\..*\.update)$`,
  "s",
);

/** For settings that usually do something else, the values that name a program or allow one to be named. */
const NAMING: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [/^alias\./, /^!/],
  [/^submodule\./, /^!/],
  [/^remote\..*url$/s, /^ext::/],
  [/^protocol\./, /^(?!never$)/],
];

/** Values that git-lfs writes into every repository that uses it, and switches that name no program. */
const HARMLESS = new Map([
  ["filter.lfs.clean", /^git-lfs clean -- %f$/],
  ["filter.lfs.smudge", /^git-lfs smudge( --skip)? -- %f$/],
  ["filter.lfs.process", /^git-lfs filter-process( --skip)?$/],
  ["core.fsmonitor", /^(true|false|)$/],
  ["core.hookspath", /^\/dev\/null$/],
]);

/** Reads the programs named in the repository's own settings, by key. The person's and the system's settings are excluded. */
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

/** Lists the hooks in the repository itself, by the names that git would run. `hooksDir` is their folder. */
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
