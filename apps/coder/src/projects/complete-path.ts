import type { Dirent } from "node:fs";
import { lstat, opendir, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { PathCompletion } from "@boocode/shared/projects/project";
import { readTypedPath } from "./expand-home.ts";

const MAX_RESULTS = 50;
/** The maximum number of entries read of a folder, which may contain millions. */
const MAX_ENTRIES = 20_000;

/**
 * Completes `prefix` to folders, ordered by name. An empty prefix and `~` list the home folder; hidden folders are listed only after a dot.
 * A folder that cannot be read, or a path that is not absolute, has no completions.
 */
export async function completePath(prefix: string, home: string): Promise<PathCompletion[]> {
  const path = prefix === "" || prefix === "~" ? `${home}/` : await readTypedPath(prefix, { home });
  if (!isAbsolute(path)) return [];
  const isWhole = path.endsWith("/");
  const folder = isWhole ? path : dirname(path);
  const names = await readNames(folder, isWhole ? "" : basename(path));
  const found: PathCompletion[] = [];
  for (const { name, isCertain } of names) {
    if (found.length === MAX_RESULTS) break;
    const candidate = join(folder, name);
    if (!isCertain && !(await isFolder(candidate))) continue;
    found.push({
      path: candidate,
      isRepository: await lstat(join(candidate, ".git")).then(
        () => true,
        () => false,
      ),
    });
  }
  return found;
}

async function readNames(folder: string, start: string): Promise<{ name: string; isCertain: boolean }[]> {
  const wanted = start.toLowerCase();
  const names: { name: string; isCertain: boolean }[] = [];
  try {
    const entries = await opendir(folder, { bufferSize: 512 });
    let seen = 0;
    for await (const entry of entries) {
      if (++seen > MAX_ENTRIES) break;
      if (mayBeFolder(entry) && entry.name.toLowerCase().startsWith(wanted) && (wanted.startsWith(".") || !entry.name.startsWith("."))) {
        names.push({ name: entry.name, isCertain: entry.isDirectory() });
      }
    }
  } catch {
    // The folder is gone, unreadable, or not a folder: no completions.
  }
  return names.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const mayBeFolder = (entry: Dirent) => entry.isDirectory() || entry.isSymbolicLink();

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
