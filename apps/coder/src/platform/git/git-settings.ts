import { lstat, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isText, splitNulBytes } from "./git-output.ts";

/** One setting as git found it, in the order in which git reads them: of a key that has one value, the last counts. */
export interface FoundSetting {
  /** `system` and `global` are the person's choice, `local` and `worktree` the repository's. */
  scope: string;
  /** As git prints it: section and name in lower case. */
  key: string;
  /** Null for a key without a value, which means yes. */
  value: string | null;
  /** Where it was read, absolute; null where that was no file. */
  file: string | null;
}

/** A setting whose name is no text: nothing that is started here could be told another value for it. */
export class UnnameableSetting extends Error {
  override readonly name = "UnnameableSetting";
}

/** What the daemon itself wants to know of a repository: where bytes change on their way to the disk, what is not shown, who the person is. */
const WANTED = String.raw`core\.(excludesfile|filemode|symlinks|ignorecase|autocrlf|eol|attributesfile)|user\.(name|email)`;

/** Asks git itself for settings, those of `names` (an alternation of patterns for keys) and those that {@link Git.settings} answers. */
export function toSettingsArguments(names: string): readonly string[] {
  return [
    "config",
    "--includes",
    "--show-scope",
    "--show-origin",
    "-z",
    "--get-regexp",
    `^(${names}|${WANTED}|include\\.path|includeif\\..*\\.path)$`,
  ];
}

/** Reads what {@link toSettingsArguments} made git print in `cwd`. Throws {@link UnnameableSetting} where the repository has one. */
export function readSettings(output: Buffer, cwd: string): FoundSetting[] {
  const fields = splitNulBytes(output);
  const found: FoundSetting[] = [];
  for (let place = 0; place + 2 < fields.length; place += 3) {
    const [scope = "", origin = "", entry = ""] = fields.slice(place, place + 3);
    const [key = "", ...lines] = entry.split("\n");
    if (isOfRepository({ scope }) && !isText(key)) throw new UnnameableSetting(`A setting's name is no text: ${JSON.stringify(key)}`);
    const file = origin.startsWith("file:") ? resolve(cwd, decode(origin.slice("file:".length))) : null;
    found.push({ scope, key: decode(key), value: lines.length === 0 ? null : decode(lines.join("\n")), file });
  }
  return found;
}

const decode = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8");

/** Whether a setting is the repository's own choice, and not the person's. */
export const isOfRepository = ({ scope }: Pick<FoundSetting, "scope">) => scope === "local" || scope === "worktree";

/** Whether a setting is one that the daemon itself wants to know, and names no program. */
export const isWanted = ({ key }: FoundSetting) => WANTED_KEY.test(key);
const WANTED_KEY = new RegExp(`^(?:${WANTED})$`);

/** Whether the setting brings in the settings of another file. */
export const isInclude = ({ key }: FoundSetting) => /^include(if\..*)?\.path$/.test(key);

/**
 * The files on which these settings depend, whether they are there or not, beside the repository's own. Null where that is not only a
 * question of files: which branch is checked out may bring in another one.
 *
 * @param env the HOME and XDG_CONFIG_HOME that git sees
 */
export function listSettingsFiles(found: readonly FoundSetting[], env: Readonly<Record<string, string>>): string[] | null {
  const { HOME = "/", XDG_CONFIG_HOME } = env;
  const files = new Set(["/etc/gitconfig", join(HOME, ".gitconfig"), join(XDG_CONFIG_HOME || join(HOME, ".config"), "git", "config")]);
  for (const setting of found) {
    if (setting.file !== null) files.add(setting.file);
    if (!isInclude(setting) || !setting.value) continue;
    if (setting.key.startsWith("includeif.onbranch:")) return null;
    const path = setting.value.replace(/^~(?=\/)/, HOME);
    files.add(resolve(setting.file === null ? HOME : dirname(setting.file), path));
  }
  return [...files];
}

/** Files as they are now. */
export interface Fingerprint {
  /** Another one when one of them is another file, or was written to. */
  identity: string;
  /** When the last of them changed, in milliseconds since the epoch. */
  changedAt: number;
}

/** Looks at files that need not be there. */
export async function fingerprintFiles(files: readonly string[]): Promise<Fingerprint> {
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true }).catch(() => null)));
  return {
    identity: stats.map(toIdentity).join(" "),
    changedAt: Math.max(0, ...stats.map((found) => (found ? Number(found.ctimeNs / 1_000_000n) : 0))),
  };
}

/**
 * What a repository's own settings depend on. Null where that cannot be told from a few files.
 * An agent can edit these in the middle of a turn.
 */
export async function fingerprintRepository(
  cwd: string,
  { gitDir, commonDir }: { gitDir: string; commonDir: string },
): Promise<Fingerprint | null> {
  const [place, common, settings] = await Promise.all([
    identifyPlace(cwd),
    fingerprintFiles([join(gitDir, "commondir")]),
    fingerprintFiles([join(commonDir, "config"), join(gitDir, "config.worktree")]),
  ]);
  return place === null ? null : { identity: `${place} ${common.identity} ${settings.identity}`, changedAt: settings.changedAt };
}

/** What a folder's `.git` is; null where it has none. */
export async function identifyPlace(cwd: string): Promise<string | null> {
  const link = await lstat(join(cwd, ".git"), { bigint: true }).catch(() => null);
  // A folder's times tell only that something came or went in it, as with every lock of git's.
  return link && (link.isDirectory() ? `${link.dev}:${link.ino}` : toIdentity(link));
}

function toIdentity(found: { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint } | null): string {
  return found ? `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}` : "-";
}
