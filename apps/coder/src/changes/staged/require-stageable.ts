import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { StagingRefusal } from "@boocode/shared/changes/staged/staging-refusal";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { toComponents } from "../../platform/files/confined-path.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import type { DiskReader } from "../edits/files/disk-reader.ts";

/** The fault for an edit that cannot be staged. */
export function refuseStaging(path: string, because: StagingRefusal, limit: number | null = null): DomainError {
  return new DomainError({ kind: "staging_refused", path, because, limit });
}

/** Refuses a path that is not a plain path of a file inside the worktree. Fault: `staging_refused`. */
export function requirePlainPath(path: string): void {
  let components: string[];
  try {
    components = path.startsWith("/") ? [] : toComponents("/", path);
  } catch {
    throw refuseStaging(path, "forbidden");
  }
  if (components.length === 0 || components.join("/") !== path || !isWholeText(path)) throw refuseStaging(path, "forbidden");
}

/** Half of a surrogate pair has no bytes of its own. */
const isWholeText = (text: string) => Buffer.from(text).toString() === text;

/** What the paths of one call will be, as far as it is staged: null is a deletion. */
export type StagedPaths = ReadonlyMap<string, FileState>;

/**
 * Refuses paths that another staged file stands in the way of: a file above or below them. Fault: `staging_refused`.
 *
 * @param staged everything that is staged once the call is done
 */
export function requireNoOverlap(staged: StagedPaths, paths: Iterable<string>): void {
  const folders = new Set<string>();
  for (const [path, state] of staged) {
    if (state !== null) for (const folder of foldersOf(path)) folders.add(folder);
  }
  for (const path of paths) {
    if (staged.get(path) === null) continue;
    if (folders.has(path) || foldersOf(path).some((folder) => staged.get(folder))) throw refuseStaging(path, "not_a_file");
  }
}

/**
 * The worktree's state at a path, from what was found there. A folder that staged deletions empty, and a file above the path that is staged
 * as deleted, count as nothing. Fault: `staging_refused`.
 */
export async function toWorktreeState(
  { worktree, reader, staged }: { worktree: RawWorktree; reader: DiskReader; staged: StagedPaths },
  path: string,
  found: FoundState,
): Promise<FileState> {
  switch (found.kind) {
    case "nothing":
      return null;
    case "file":
      if (found.state.mode === "160000") throw refuseStaging(path, "other_repository");
      return found.state;
    case "folder": {
      const gone = [...staged].flatMap(([each, state]) => (state === null ? [BytePath.toBytes(BytePath.ofText(each))] : []));
      if (await reader.holdsOnly(BytePath.toBytes(BytePath.ofText(path)), new Set(gone))) return null;
      throw refuseStaging(path, "not_a_file");
    }
    case "blocked": {
      const by = BytePath.toText(BytePath.of(found.by));
      if (staged.get(by) === null) return null;
      if (found.isLink) throw refuseStaging(path, "forbidden");
      const isFolder = await lstat(join(worktree.path, by)).then(
        (stats) => stats.isDirectory(),
        () => false,
      );
      throw refuseStaging(path, isFolder ? "other_repository" : "not_a_file");
    }
    case "other":
      throw refuseStaging(path, "not_a_file");
  }
}

/** Refuses paths that git ignores, because no checkpoint would hold them. Files that it tracks are never ignored. Fault: `staging_refused`. */
export async function requireNotIgnored(
  { git, path: cwd, overlay, settings }: RawWorktree,
  staged: StagedPaths,
  paths: Iterable<string>,
): Promise<void> {
  // Git does not look through a link; below one that is staged as deleted there is nothing yet that could be ignored.
  const asked = [...paths].filter((path) => foldersOf(path).every((folder) => staged.get(folder) !== null));
  if (asked.length === 0) return;
  // This command takes no literal pathspecs. With `./` in front, no name is read as anything but a name.
  const { stdout } = await git.read(cwd, ["--no-literal-pathspecs", "check-ignore", "-z", "--stdin"], {
    overlay,
    settings,
    stdin: BytePath.list(asked.map((path) => BytePath.ofText(`./${path}`))),
    // 1: none of them is ignored.
    exitCodes: [0, 1],
  });
  const [ignored] = BytePath.split(stdout);
  if (ignored !== undefined) throw refuseStaging(BytePath.toText(ignored).slice("./".length), "ignored");
}

/** The folders above a path. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) folders.push(path.slice(0, end));
  return folders;
}
