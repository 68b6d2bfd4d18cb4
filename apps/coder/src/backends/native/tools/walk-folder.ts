import { isGitName } from "../../../platform/files/confined-path.ts";
import type { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import { listPinned, pinChild, readRegularFile, type EntryKind, type PinnedFolder } from "../../../platform/files/pinned-folder.ts";

/** Folders with generated or downloaded files; skipped unless the walk begins inside one. */
const PASSED_OVER = new Set(["node_modules", ".venv", "__pycache__", ".cache", ".tox", ".gradle", ".next", ".turbo"]);
const MAX_DEPTH = 64;

export interface WalkedEntry {
  /** Relative to the root. */
  path: string;
  kind: EntryKind;
  /** True for a folder that is listed but not entered. */
  isPassedOver: boolean;
  read(maxBytes: number): Promise<{ bytes: Buffer; sizeBytes: number }>;
}

/** Walks everything below a folder, sorted by name, each folder before its contents. Git's own folders are left out; links are listed but not followed. */
export async function* walkFolder(folder: ConfinedFolder, path: string, maxDepth = MAX_DEPTH): AsyncGenerator<WalkedEntry> {
  const start = await folder.pin(path);
  try {
    yield* walkPinned(folder.root, start, Math.min(maxDepth, MAX_DEPTH));
  } finally {
    await start.handle.close();
  }
}

async function* walkPinned(root: string, here: PinnedFolder, depth: number): AsyncGenerator<WalkedEntry> {
  for (const { name, kind } of await listPinned(here)) {
    if (isGitName(name)) continue;
    const isFolder = kind === "folder";
    const isPassedOver = isFolder && (PASSED_OVER.has(name) || depth <= 1);
    yield {
      path: [...here.components, name].join("/"),
      kind,
      isPassedOver: isFolder && PASSED_OVER.has(name),
      read: (maxBytes) => readRegularFile(here.at(name), maxBytes),
    };
    if (!isFolder || isPassedOver) continue;
    // The folder is gone or was replaced since the listing, so there is nothing to enter.
    const child = await pinChild(root, here, name).catch(() => null);
    if (!child) continue;
    try {
      yield* walkPinned(root, child, depth - 1);
    } finally {
      await child.handle.close();
    }
  }
}
