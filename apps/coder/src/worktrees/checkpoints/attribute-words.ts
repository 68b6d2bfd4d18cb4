import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";

/** Read at most: a repository may have one in every folder. */
const MAX_FILES = 200;
const MAX_BYTES = 1024 * 1024;
/** Words without which no attribute changes a byte on its way to the disk. */
const CONVERTING = /filter|ident|encoding|eol|crlf/i;

/** What a folder's attributes are kept in. */
export const ATTRIBUTES_FILE = ".gitattributes";

/** Values with which a setting changes no byte. */
const CERTAIN = new Map([
  ["core.autocrlf", /^(false|input)$/i],
  ["core.eol", /^(lf|native)$/i],
  ["core.attributesfile", /^(?!)/],
]);

/** Settings and files of attributes that hold for a worktree beside those in its own folders. */
export interface AttributePlaces {
  /** A setting changes line ends, or names further attributes: only git can tell. */
  isUnsure: boolean;
  files: readonly string[];
}

/** Where git looks for attributes beside the worktree's own files. */
export async function readAttributePlaces(git: Git, path: string): Promise<AttributePlaces> {
  const [settings, prefix, { commonDir }] = await Promise.all([git.settings(path), git.prefix(path), git.dirs(path)]);
  return {
    isUnsure: settings.some(({ key, value }) => CERTAIN.get(key)?.test(value ?? "true") === false),
    // Where git was installed to lies the system's, too.
    files: [join(commonDir, "info", "attributes"), "/etc/gitattributes", join(prefix, "etc", "gitattributes"), git.attributesFile],
  };
}

/**
 * Whether a word stands anywhere that could make a checked-out file differ from its blob. `paths` are those of the worktree's files that
 * end with {@link ATTRIBUTES_FILE}. No means no; yes means that git must be asked for each file.
 */
export async function mayConvert(path: string, paths: readonly BytePath[], places: AttributePlaces): Promise<boolean> {
  if (places.isUnsure) return true;
  const own = paths.filter((name) => BytePath.nameOf(name) === BytePath.of(ATTRIBUTES_FILE));
  if (own.length > MAX_FILES) return true;
  const files = [...places.files, ...own.map((name) => BytePath.toFile(path, name))];
  const found = await Promise.all(files.map(readWords));
  return found.some((text) => text === null || CONVERTING.test(text.replaceAll(/\beol=lf\b/g, "")));
}

/** Null for what is there and is not read. */
async function readWords(file: string | Buffer): Promise<string | null> {
  try {
    const found = await lstat(file);
    return found.isFile() && found.size <= MAX_BYTES ? await readFile(file, "latin1") : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "" : null;
  }
}
