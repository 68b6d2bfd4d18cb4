import { isAbsolute, join, relative } from "node:path";
import type { GitProgram } from "./read-git-programs.ts";

/** The only setting that names a folder of programs. */
export const HOOKS_FOLDER = "core.hookspath";

export interface NamedFiles {
  /** Paths relative to the checkout. */
  inCheckout: string[];
  /** Absolute paths in the repository's git directory. */
  inGit: string[];
}

/**
 * Finds the paths in a repository that a setting may name, because a script is as much a part of the setting as its name. The caller checks
 * whether they exist; words that lead outside the repository are ignored.
 */
export function findNamedFiles({ key, value }: GitProgram, places: { root: string; commonDir: string }): NamedFiles {
  const { root, commonDir } = places;
  // A folder is a single word, whatever characters its name contains.
  const words = key === HOOKS_FOLDER ? value.split("\n") : splitWords(value);
  const found: NamedFiles = { inCheckout: [], inGit: [] };
  for (const word of new Set(words)) {
    if (word === "" || word.startsWith("~") || word.includes("\0")) continue;
    const path = isAbsolute(word) ? word : join(root, word);
    const inGit = toInside(commonDir, path) ?? toInside(join(root, ".git"), path);
    const inCheckout = toInside(root, path);
    if (inGit !== null) found.inGit.push(join(commonDir, inGit));
    else if (inCheckout !== null) found.inCheckout.push(inCheckout);
  }
  return found;
}

/** Splits a command line into the words that could be file names. */
export function splitWords(commandLine: string): string[] {
  return commandLine.split(/[\s'"`;|&<>()=]+/).filter((word) => word !== "");
}

/** Returns the path relative to the folder; null for the folder itself and for anything outside it. */
function toInside(folder: string, path: string): string | null {
  const inside = relative(folder, path);
  return inside === "" || inside === ".." || inside.startsWith("../") || isAbsolute(inside) ? null : inside;
}
