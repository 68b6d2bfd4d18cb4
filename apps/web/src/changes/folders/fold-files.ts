import type { PendingChange } from "@boocode/shared/changes/pending-change";

/** A folder that exists only because of the changes, shown as one row. */
export interface FoldedFolder {
  /** Ends in a slash. */
  path: string;
  /** The path below the folded folder that it is in. */
  name: string;
  files: number;
  additions: number;
  /** How many folded folders it is in. */
  depth: number;
  isOpen: boolean;
}

export interface FoldedFiles {
  /** The folders whose rows stand before a file, by the file's key, outermost first. */
  before: ReadonlyMap<string, readonly FoldedFolder[]>;
  /** The keys of the files in closed folders. */
  hidden: ReadonlySet<string>;
}

/** Smaller folders are not worth a row of their own. */
const FEWEST_FILES = 25;

type Foldable = Pick<PendingChange, "path" | "operation" | "additions"> & { key: string };

/**
 * Folds folders in which everything is new, such as what a program has unpacked: five thousand rows nobody wants to read one by one. Files
 * are in the order of their paths.
 */
export function foldFiles(files: readonly Foldable[], open: ReadonlySet<string>): FoldedFiles {
  const folders = countFolders(files);
  const before = new Map<string, FoldedFolder[]>();
  const hidden = new Set<string>();
  const seen = new Set<string>();
  for (const { key, path } of files) {
    let depth = 0;
    let parent = "";
    const above = toFolders(path);
    for (const [place, folder] of above.entries()) {
      const found = folders.get(folder)!;
      // A folder with nothing beside one other folder would only be one more click.
      if (!found.isNew || found.files < FEWEST_FILES || folders.get(above[place + 1] ?? "")?.files === found.files) continue;
      const isOpen = open.has(folder);
      if (!seen.has(folder)) {
        seen.add(folder);
        const { files: count, additions } = found;
        before.set(key, [
          ...(before.get(key) ?? []),
          { path: folder, name: folder.slice(parent.length), files: count, additions, depth, isOpen },
        ]);
      }
      if (!isOpen) {
        hidden.add(key);
        break;
      }
      depth += 1;
      parent = folder;
    }
  }
  return { before, hidden };
}

function countFolders(files: readonly Foldable[]): Map<string, { files: number; additions: number; isNew: boolean }> {
  const folders = new Map<string, { files: number; additions: number; isNew: boolean }>();
  for (const { path, operation, additions } of files) {
    for (const folder of toFolders(path)) {
      const found = folders.get(folder) ?? { files: 0, additions: 0, isNew: true };
      found.files += 1;
      found.additions += additions;
      found.isNew &&= operation === "added";
      folders.set(folder, found);
    }
  }
  return folders;
}

/** The folders that a file is in, outermost first, each with its slash. */
function toFolders(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.push(path.slice(0, at + 1));
  return folders;
}
