import { isSameState, type BaseMove, type FileState } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { splitPath } from "../../platform/files/byte-folders.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { Git } from "../../platform/git/git.ts";
import { hashTree, readLooseTree, toFormat, toTreeBody } from "../../platform/git/loose-object.ts";
import { withoutFiles } from "../compare/read-tree-changes.ts";

/** A tree to be stored: its id, and its entries as `<mode> <type> <id>\t<name>`. */
export interface PlannedTree {
  oid: string;
  entries: readonly string[];
}

/** The entries of one folder: by name, `<mode> <type> <id>`. */
type Entries = Map<string, { mode: string; type: string; oid: string }>;

/** The maximum length of the folders named to one git. */
const MAX_ARGUMENTS = 100_000;
/** Up to so many folders are read without a git. */
const FEW_FOLDERS = 64;
const LISTING = { maxOutputBytes: 256 * 1024 * 1024, limitMs: 60_000 };

/**
 * Plans the trees that make `tree` with the moved paths: the last one is the root; none if nothing moves. Reads only the folders on their
 * way, so its time does not grow with the repository. Folders that become empty disappear.
 *
 * Faults: `moved_on` if a path is not in the state to move from, unless `isForced`; those of git.
 */
export async function planMovedTree(
  git: Git,
  overlay: GitOverlay,
  tree: string,
  moves: readonly BaseMove[],
  { isForced = false }: { isForced?: boolean } = {},
): Promise<PlannedTree[]> {
  if (moves.length === 0) return [];
  const wanted = listFolders(moves);
  const folders = (await readLooseFolders(overlay, tree, wanted)) ?? (await readFolders(git, overlay, tree, wanted));
  const moved = moves.filter(({ path, from }) => !isSameState(findState(folders, path), from)).map(({ path }) => path);
  if (moved.length > 0 && !isForced)
    throw new DomainError({ kind: "moved_on", paths: moved.map((path) => BytePath.toText(BytePath.of(path))) });

  // A file may take the place of a folder and the other way round, so all that goes goes first.
  for (const { path } of moves.filter(({ to }) => to === null)) remove(folders, path);
  for (const { path, to } of moves) if (to !== null) put(folders, path, to);
  const format = toFormat(tree);
  const trees: PlannedTree[] = [];
  // Deepest first, so that every folder knows the ids of those inside.
  for (const folder of [...folders.keys()].toSorted(byDepth)) {
    const entries = folders.get(folder)!;
    if (folder !== "" && entries.size === 0) continue;
    const oid = hashTree(toTreeBody([...entries].map(([name, entry]) => ({ name, ...entry }))), format);
    trees.push({ oid, entries: [...entries].map(([name, { mode, type, oid: id }]) => `${mode} ${type} ${id}\t${name}`) });
    if (folder !== "") {
      const { folder: parent, name } = splitPath(folder);
      folders.get(parent)!.set(name, { mode: "040000", type: "tree", oid });
    }
  }
  return trees;
}

/** Lists every folder above the moved paths, the root included. */
function listFolders(moves: readonly BaseMove[]): Set<string> {
  const folders = new Set([""]);
  for (const { path } of moves) {
    for (let { folder } = splitPath(path); !folders.has(folder); folder = splitPath(folder).folder) folders.add(folder);
  }
  return folders;
}

/** Reads folders without a git. Null if one of them is not stored in a file of its own, as that of an earlier edit is. */
async function readLooseFolders(overlay: GitOverlay, tree: string, folders: ReadonlySet<string>): Promise<Map<string, Entries> | null> {
  if (folders.size > FEW_FOLDERS) return null;
  const found = new Map<string, Entries>();
  for (const folder of [...folders].toSorted((a, b) => byDepth(b, a))) {
    const { folder: parent, name } = splitPath(folder);
    const entry = folder === "" ? { type: "tree", oid: tree } : found.get(parent)!.get(name);
    const entries = entry?.type === "tree" ? await readLooseTree(overlay.objectsDir, entry.oid) : [];
    if (entries === null) return null;
    found.set(folder, new Map(entries.map(({ name: inner, mode, type, oid }) => [inner, { mode, type, oid }])));
  }
  return found;
}

async function readFolders(git: Git, overlay: GitOverlay, tree: string, folders: ReadonlySet<string>): Promise<Map<string, Entries>> {
  const found = new Map<string, Entries>([...folders].map((folder) => [folder, new Map()]));
  const read = async (paths: readonly string[]) => {
    const argv = ["ls-tree", "-z", "--full-tree", tree, ...(paths.length === 0 ? [] : ["--", ...paths.map((path) => `${path}/`)])];
    const { stdout } = await git.read(overlay.gitDir, argv, { overlay: withoutFiles(overlay), ...LISTING });
    for (const line of splitNulBytes(stdout)) {
      const [, mode = "", type = "", oid = "", path = ""] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
      const { folder, name } = splitPath(path);
      found.get(folder)?.set(name, { mode, type, oid });
    }
  };
  // The names are given as arguments, which must be text: any other folder is read by its tree's id.
  const inside = [...folders].filter((folder) => folder !== "").toSorted((a, b) => byDepth(b, a));
  const isPlain = (folder: string) => BytePath.isText(BytePath.of(folder));
  const groups = [...inGroups(inside.filter(isPlain))].map((group) => group.map((folder) => BytePath.toText(BytePath.of(folder))));
  await Promise.all([[], ...groups].map(read));
  for (const folder of inside.filter((each) => !isPlain(each))) await readOdd(git, overlay, found, folder);
  return found;
}

async function readOdd(git: Git, overlay: GitOverlay, found: Map<string, Entries>, folder: string): Promise<void> {
  const { folder: parent, name } = splitPath(folder);
  const entry = found.get(parent)?.get(name);
  if (entry?.type !== "tree") return;
  const { stdout } = await git.read(overlay.gitDir, ["ls-tree", "-z", "--full-tree", entry.oid], {
    overlay: withoutFiles(overlay),
    ...LISTING,
  });
  for (const line of splitNulBytes(stdout)) {
    const [, mode = "", type = "", oid = "", inner = ""] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
    found.get(folder)!.set(inner, { mode, type, oid });
  }
}

function* inGroups(folders: readonly string[]): Generator<string[]> {
  let group: string[] = [];
  let length = 0;
  for (const folder of folders) {
    if (length + folder.length > MAX_ARGUMENTS && group.length > 0) {
      yield group;
      [group, length] = [[], 0];
    }
    group.push(folder);
    length += folder.length + 2;
  }
  if (group.length > 0) yield group;
}

function findState(folders: ReadonlyMap<string, Entries>, path: string): FileState {
  const { folder, name } = splitPath(path);
  const entry = folders.get(folder)?.get(name);
  return entry === undefined || entry.type === "tree" ? null : { mode: entry.mode as NonNullable<FileState>["mode"], oid: entry.oid };
}

function put(folders: ReadonlyMap<string, Entries>, path: string, to: NonNullable<FileState>): void {
  const { folder, name } = splitPath(path);
  folders.get(folder)!.set(name, { mode: to.mode, type: to.mode === "160000" ? "commit" : "blob", oid: to.oid });
}

/** Removes a path, and the folders above it that it leaves empty. */
function remove(folders: ReadonlyMap<string, Entries>, path: string): void {
  const { folder, name } = splitPath(path);
  const entries = folders.get(folder);
  entries?.delete(name);
  if (folder !== "" && entries?.size === 0) remove(folders, folder);
}

const depthOf = (folder: string) => (folder === "" ? 0 : folder.split("/").length);
const byDepth = (a: string, b: string) => depthOf(b) - depthOf(a) || (a < b ? -1 : 1);
