import { isGitName } from "../../../../platform/files/confined-path.ts";
import type { ConfinedFolder } from "../../../../platform/files/confined-folder.ts";
import { listPinned, pinChild, readRegularFile, type EntryKind, type PinnedFolder } from "../../../../platform/files/pinned-folder.ts";
import { mergeEntries } from "./merge-entries.ts";
import type { StagedName } from "./staged-tree.ts";

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

/** What lies over the files on disk during a walk. */
export interface WalkedLayer {
  namesIn(folder: string): ReadonlyMap<string, StagedName>;
  /** Whether nothing is left of a folder that is on disk. */
  isGone(folder: string): Promise<boolean>;
  read(path: string, maxBytes: number): Promise<{ bytes: Buffer; sizeBytes: number }>;
}

const NOTHING_OVER: WalkedLayer = {
  namesIn: () => new Map(),
  isGone: async () => false,
  read: async () => ({ bytes: Buffer.alloc(0), sizeBytes: 0 }),
};

/** Walks everything below a folder, sorted by name, each folder before its contents. Git's own folders are left out; links are listed but not followed. */
export async function* walkFolder(
  folder: ConfinedFolder,
  path: string,
  maxDepth = MAX_DEPTH,
  layer = NOTHING_OVER,
): AsyncGenerator<WalkedEntry> {
  const start = await folder.pin(path);
  try {
    yield* walkEntries({ root: folder.root, layer }, start.components, start, Math.min(maxDepth, MAX_DEPTH));
  } finally {
    await start.handle.close();
  }
}

/** Walks a folder that exists only in a layer. */
export async function* walkLayer(layer: WalkedLayer, components: readonly string[], maxDepth = MAX_DEPTH): AsyncGenerator<WalkedEntry> {
  yield* walkEntries({ root: "", layer }, components, null, Math.min(maxDepth, MAX_DEPTH));
}

interface Walk {
  root: string;
  layer: WalkedLayer;
}

/** `here` is null for a folder that is not on disk. */
async function* walkEntries(
  walk: Walk,
  components: readonly string[],
  here: PinnedFolder | null,
  depth: number,
): AsyncGenerator<WalkedEntry> {
  const { root, layer } = walk;
  const onDisk = here === null ? [] : await listPinned(here);
  for (const { name, kind, isStaged } of mergeEntries(onDisk, layer.namesIn(components.join("/")))) {
    if (isGitName(name)) continue;
    const path = [...components, name].join("/");
    const isFolder = kind === "folder";
    if (isFolder && !isStaged && (await layer.isGone(path))) continue;
    const isPassedOver = isFolder && (PASSED_OVER.has(name) || depth <= 1);
    yield {
      path,
      kind,
      isPassedOver: isFolder && PASSED_OVER.has(name),
      read: (maxBytes) => (isStaged || here === null ? layer.read(path, maxBytes) : readRegularFile(here.at(name), maxBytes)),
    };
    if (!isFolder || isPassedOver) continue;
    if (isStaged || here === null) {
      yield* walkEntries(walk, [...components, name], null, depth - 1);
      continue;
    }
    // The folder is gone or was replaced since the listing, so there is nothing to enter.
    const child = await pinChild(root, here, name).catch(() => null);
    if (!child) continue;
    try {
      yield* walkEntries(walk, child.components, child, depth - 1);
    } finally {
      await child.handle.close();
    }
  }
}
