import { isAbsolute, join, relative } from "node:path";
import type { GitProgram } from "./read-git-programs.ts";

/** The one setting that names a folder of programs. */
export const HOOKS_FOLDER = "core.hookspath";

export interface NamedFiles {
  /** Relative to the checkout. */
  inCheckout: string[];
  /** Absolute, in the repository's own folder. */
  inGit: string[];
}

/**
 * What of a repository the words of a setting could name: a script is as much a part of it as its name. Whether anything lies there
 * is for the caller to see; words that lead elsewhere name nothing of the repository's.
 */
export function findNamedFiles({ key, value }: GitProgram, places: { root: string; commonDir: string }): NamedFiles {
  const { root, commonDir } = places;
  // A folder is one word, whatever is in its name.
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

/** What of a command line could be the name of a file. */
export function splitWords(commandLine: string): string[] {
  return commandLine.split(/[\s'"`;|&<>()=]+/).filter((word) => word !== "");
}

/** Null for the folder itself and for what is not below it. */
function toInside(folder: string, path: string): string | null {
  const inside = relative(folder, path);
  return inside === "" || inside === ".." || inside.startsWith("../") || isAbsolute(inside) ? null : inside;
}
