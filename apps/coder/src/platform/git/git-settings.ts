import { lstat, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isText, splitNulBytes } from "./git-output.ts";

/** One setting as git found it, listed in the order git reads them. For a single-valued key, the last one wins. */
export interface FoundSetting {
  /** `system` and `global` are the person's choice, `local` and `worktree` the repository's. */
  scope: string;
  /** The key as git prints it, with section and name in lower case. */
  key: string;
  /** Null for a key without a value, which means true. */
  value: string | null;
  /** Absolute path of the file that sets it; null if it does not come from a file. */
  file: string | null;
}

/** A setting whose key is not valid UTF-8, so BooCode cannot pass git an override for it. */
export class UnnameableSetting extends Error {
  override readonly name = "UnnameableSetting";
}

/** Settings that the daemon itself reads: how files are written on checkout, which files are ignored, and the person's identity. */
const WANTED = String.raw`core\.(excludesfile|filemode|symlinks|ignorecase|autocrlf|eol|attributesfile)|user\.(name|email)`;

/** Builds the git arguments that list the settings matching `names` (an alternation of key patterns) and those that {@link Git.settings} returns. */
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

/** Parses the output of git run with {@link toSettingsArguments} in `cwd`. Throws {@link UnnameableSetting} if the repository has such a setting. */
export function readSettings(output: Buffer, cwd: string): FoundSetting[] {
  const fields = splitNulBytes(output);
  const found: FoundSetting[] = [];
  for (let place = 0; place + 2 < fields.length; place += 3) {
    const [scope = "", origin = "", entry = ""] = fields.slice(place, place + 3);
    const [key = "", ...lines] = entry.split("\n");
    if (isOfRepository({ scope }) && !isText(key))
      throw new UnnameableSetting(`A setting's key is not valid UTF-8: ${JSON.stringify(key)}`);
    const file = origin.startsWith("file:") ? resolve(cwd, decode(origin.slice("file:".length))) : null;
    found.push({ scope, key: decode(key), value: lines.length === 0 ? null : decode(lines.join("\n")), file });
  }
  return found;
}

const decode = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8");

/** Whether a setting comes from the repository, not from the person. */
export const isOfRepository = ({ scope }: Pick<FoundSetting, "scope">) => scope === "local" || scope === "worktree";

/** Whether the daemon itself reads this setting. Such settings name no program. */
export const isWanted = ({ key }: FoundSetting) => WANTED_KEY.test(key);
const WANTED_KEY = new RegExp(`^(?:${WANTED})$`);

/** Whether the setting includes another settings file. */
export const isInclude = ({ key }: FoundSetting) => /^include(if\..*)?\.path$/.test(key);

/**
 * Lists the files that these settings depend on, apart from the repository's own, whether or not they exist. Null if the settings depend on
 * more than files, such as an include for the checked-out branch.
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

/** The current state of a set of files. */
export interface Fingerprint {
  /** Changes whenever one of the files is replaced or written to. */
  identity: string;
  /** When the most recent change happened, in milliseconds since the epoch. */
  changedAt: number;
}

/** Fingerprints files; a file may be missing. */
export async function fingerprintFiles(files: readonly string[]): Promise<Fingerprint> {
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true }).catch(() => null)));
  return {
    identity: stats.map(toIdentity).join(" "),
    changedAt: Math.max(0, ...stats.map((found) => (found ? Number(found.ctimeNs / 1_000_000n) : 0))),
  };
}

/**
 * Fingerprints the files that a repository's own settings depend on. Null if a few files are not enough to detect a change. An agent can
 * edit these files during a turn.
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

/** The identity of a folder's `.git`; null if it has none. */
export async function identifyPlace(cwd: string): Promise<string | null> {
  const link = await lstat(join(cwd, ".git"), { bigint: true }).catch(() => null);
  // Ignore a folder's times: they change with every entry added or removed, including each git lock file.
  return link && (link.isDirectory() ? `${link.dev}:${link.ino}` : toIdentity(link));
}

function toIdentity(found: { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint } | null): string {
  return found ? `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}` : "-";
}
