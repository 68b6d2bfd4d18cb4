import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";

/** The maximum number of attribute files read: a repository may have one in every folder. */
const MAX_FILES = 200;
const MAX_BYTES = 1024 * 1024;
/** Words that every attribute contains that can change bytes on their way to the disk. */
const CONVERTING = /filter|ident|encoding|eol|crlf/i;

/** The name of a folder's attribute file. */
export const ATTRIBUTES_FILE = ".gitattributes";

/** Setting values that change no bytes. */
const CERTAIN = new Map([
  ["core.autocrlf", /^(false|input)$/i],
  ["core.eol", /^(lf|native)$/i],
  ["core.attributesfile", /^(?!)/],
]);

/** Settings and attribute files that apply to a worktree in addition to those in its own folders. */
export interface AttributePlaces {
  /** True if a setting changes line endings or names further attribute files: then only git can tell. */
  isUnsure: boolean;
  files: readonly string[];
}

/** Finds where git reads attributes besides the worktree's own files. */
export async function readAttributePlaces(git: Git, path: string): Promise<AttributePlaces> {
  const [settings, prefix, { commonDir }] = await Promise.all([git.settings(path), git.prefix(path), git.dirs(path)]);
  return {
    isUnsure: settings.some(({ key, value }) => CERTAIN.get(key)?.test(value ?? "true") === false),
    // The system's attribute file may also be in git's installation prefix.
    files: [join(commonDir, "info", "attributes"), "/etc/gitattributes", join(prefix, "etc", "gitattributes"), git.attributesFile],
  };
}

/**
 * Returns whether any attribute file contains a word that could make a checked-out file differ from its blob. `paths` are the worktree's
 * files that end with {@link ATTRIBUTES_FILE}. False is certain; true means that git must be asked about each file.
 */
export async function mayConvert(path: string, paths: readonly BytePath[], places: AttributePlaces): Promise<boolean> {
  if (places.isUnsure) return true;
  const own = paths.filter((name) => BytePath.nameOf(name) === BytePath.of(ATTRIBUTES_FILE));
  if (own.length > MAX_FILES) return true;
  const files = [...places.files, ...own.map((name) => BytePath.toFile(path, name))];
  const found = await Promise.all(files.map(readWords));
  return found.some((text) => text === null || CONVERTING.test(text.replaceAll(/\beol=lf\b/g, "")));
}

/** Reads a file's text; null if it exists but cannot be read. */
async function readWords(file: string | Buffer): Promise<string | null> {
  try {
    const found = await lstat(file);
    return found.isFile() && found.size <= MAX_BYTES ? await readFile(file, "latin1") : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "" : null;
  }
}
