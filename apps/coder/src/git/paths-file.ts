import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BytePath } from "../platform/git/byte-path.ts";

const NAME = "boocode-paths";

/**
 * Writes the paths that a git in the terminal is to take, byte for byte, into the worktree's own git directory; returns the file. A name may
 * hold anything, also what no argument can.
 */
export async function writePathsFile(gitDir: string, paths: readonly BytePath[]): Promise<string> {
  const file = join(gitDir, NAME);
  await rm(file, { force: true });
  // Whatever is there now was not there a moment ago, so nothing is followed and nothing overwritten.
  await writeFile(file, BytePath.list(paths), { flag: "wx", mode: 0o600 });
  return file;
}

/** Removes the file of paths, given by itself or by its folder. */
export async function dropPathsFile(place: string): Promise<void> {
  const folder = place.endsWith(`/${NAME}`) ? dirname(place) : place;
  await rm(join(folder, NAME), { force: true });
}
