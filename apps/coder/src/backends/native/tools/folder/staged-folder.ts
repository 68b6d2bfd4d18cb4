import type { StagedView } from "@boocode/shared/agents/agent-backend";
import { STAGED_LIMITS } from "@boocode/shared/changes/staged/staged-edit";
import type { ConfinedFolder, FileContent } from "../../../../platform/files/confined-folder.ts";
import { followLink, leadsOut, PathRefused, toComponents } from "../../../../platform/files/confined-path.ts";
import type { EntryKind, FolderEntry } from "../../../../platform/files/pinned-folder.ts";
import { mergeEntries } from "./merge-entries.ts";
import { StagedTree } from "./staged-tree.ts";
import type { ToolFolder } from "./tool-folder.ts";
import { walkFolder, walkLayer, type WalkedEntry, type WalkedLayer } from "./walk-folder.ts";

const MAX_LINKS = 32;

/**
 * The worktree's files with the staged edits on top. Reads see both; every change is staged, and nothing is written to disk. Made for one
 * call of a tool: a file that changes between its read and its write is refused.
 */
export class StagedFolder implements ToolFolder {
  readonly root: string;
  readonly #disk: ConfinedFolder;
  readonly #view: StagedView;
  /** What this call has read, by path; null: there was no file. */
  readonly #seen = new Map<string, Uint8Array | null>();

  constructor(disk: ConfinedFolder, view: StagedView) {
    this.root = disk.root;
    this.#disk = disk;
    this.#view = view;
  }

  async readFile(path: string, maxBytes: number): Promise<FileContent> {
    const tree = await this.#readTree();
    const at = await this.#locate(tree, path, true);
    // A folder of which nothing is left is none.
    const kind = await this.#kindAt(tree, at);
    if (kind === "folder") throw new PathRefused("it is a folder, not a file");
    if (kind === null) {
      this.#seen.set(at, null);
      throw systemError("ENOENT");
    }
    try {
      const file = await this.#readAt(tree, at, maxBytes);
      if (file.bytes.length === file.sizeBytes) this.#seen.set(at, file.bytes);
      return { ...file, path: at };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") this.#seen.set(at, null);
      throw error;
    }
  }

  async writeFile(path: string, content: string | Uint8Array): Promise<{ isNew: boolean; path: string }> {
    const tree = await this.#readTree();
    const at = await this.#locate(tree, path, true);
    if (at === "") throw new PathRefused("the worktree itself is not a file");
    await this.#requireParents(tree, at);
    const kind = await this.#kindAt(tree, at);
    if (kind !== null && kind !== "file")
      throw new PathRefused(kind === "folder" ? "it is a folder, not a file" : "it is not a regular file");
    const seen = this.#seen.get(at);
    await this.#view.stage([{ path: at, content: Buffer.from(content), ...(seen === undefined ? {} : { seen }) }]);
    return { isNew: kind === null, path: at };
  }

  async kindOf(path: string): Promise<EntryKind | null> {
    const tree = await this.#readTree();
    return this.#kindAt(tree, await this.#locate(tree, path, false));
  }

  async rename(from: string, to: string): Promise<void> {
    const tree = await this.#readTree();
    const [source, target] = [await this.#locate(tree, from, false), await this.#locate(tree, to, false)];
    if (source === "" || target === "") throw new PathRefused("the worktree itself cannot be renamed");
    const moved = await this.#filesBelow(tree, source);
    if (source === target) return;
    if ((await this.#kindAt(tree, target)) !== null) throw new PathRefused(`“${to}” already exists`);
    if (target.startsWith(`${source}/`)) throw new PathRefused("a folder cannot be moved into itself");
    await this.#requireParents(tree, target);
    await this.#view.stage(
      moved.flatMap((path) => [
        { path, content: null },
        { path: `${target}${path.slice(source.length)}`, copyOf: path },
      ]),
    );
  }

  async remove(path: string, { recursive }: { recursive: boolean }): Promise<void> {
    const tree = await this.#readTree();
    const at = await this.#locate(tree, path, false);
    if (at === "") throw new PathRefused("the worktree itself cannot be removed");
    const kind = await this.#kindAt(tree, at);
    const removed = await this.#filesBelow(tree, at);
    if (kind === "folder" && !recursive) throw systemError("ENOTEMPTY");
    await this.#view.stage(removed.map((each) => ({ path: each, content: null })));
  }

  async list(path: string): Promise<FolderEntry[]> {
    const tree = await this.#readTree();
    const at = await this.#locate(tree, path, true);
    const kind = await this.#kindAt(tree, at);
    if (kind !== "folder") throw systemError(kind === null ? "ENOENT" : "ENOTDIR");
    const onDisk = (await this.#kindOnDisk(tree, at)) === "folder" ? await this.#disk.list(at || ".") : [];
    const merged: FolderEntry[] = [];
    for (const entry of mergeEntries(onDisk, tree.namesIn(at))) {
      const isGone = entry.kind === "folder" && !entry.isStaged && (await this.#isGone(tree, join(at, entry.name)));
      if (!isGone) merged.push({ name: entry.name, kind: entry.kind });
    }
    return merged;
  }

  async *walk(path: string, maxDepth?: number): AsyncGenerator<WalkedEntry> {
    const tree = await this.#readTree();
    const at = await this.#locate(tree, path, true);
    const layer: WalkedLayer = {
      namesIn: (folder) => tree.namesIn(folder),
      isGone: (folder) => this.#isGone(tree, folder),
      read: (each, maxBytes) => this.#readAt(tree, each, maxBytes),
    };
    if ((await this.#kindOnDisk(tree, at)) === "folder" && !(await this.#isGone(tree, at))) {
      yield* walkFolder(this.#disk, at || ".", maxDepth, layer);
    } else if (tree.kindAt(at) === "folder") yield* walkLayer(layer, at.split("/"), maxDepth);
    else throw systemError((await this.#kindAt(tree, at)) === null ? "ENOENT" : "ENOTDIR");
  }

  async #readTree(): Promise<StagedTree> {
    return new StagedTree(await this.#view.list());
  }

  /** Resolves the links on a path, as far as it is on disk. The root is the empty path. */
  async #locate(tree: StagedTree, path: string, followLeaf: boolean): Promise<string> {
    let rest = toComponents(this.root, path);
    let here: string[] = [];
    for (let links = 0; rest.length > 0;) {
      const name = rest.shift() as string;
      if (name === "..") {
        if (here.pop() === undefined) throw leadsOut();
        continue;
      }
      const at = [...here, name].join("/");
      const mayFollow = (rest.length > 0 || followLeaf) && tree.at(at) === undefined && tree.isOnDisk(at);
      const target = mayFollow ? await this.#disk.readLink(at) : null;
      if (target === null) {
        here.push(name);
        continue;
      }
      if ((links += 1) > MAX_LINKS) throw new PathRefused(`“${path}” goes through too many symbolic links`);
      rest = [...followLink(this.root, here, target), ...rest];
      here = [];
    }
    return here.join("/");
  }

  async #readAt(tree: StagedTree, at: string, maxBytes: number): Promise<{ bytes: Buffer; sizeBytes: number }> {
    const staged = tree.at(at);
    if (staged === null || (staged === undefined && !tree.isOnDisk(at))) throw systemError("ENOENT");
    if (staged === undefined) return this.#disk.readFile(at, maxBytes);
    if (staged.mode === "120000") throw systemError("ELOOP");
    const bytes = (await this.#view.read([at], maxBytes)).get(at);
    // It was written, applied or dropped a moment ago.
    if (bytes === undefined) throw systemError("ENOENT");
    return { bytes: Buffer.from(bytes), sizeBytes: staged.sizeBytes };
  }

  async #kindAt(tree: StagedTree, at: string): Promise<EntryKind | null> {
    const staged = tree.kindAt(at);
    if (staged !== undefined) return staged === "removed" ? null : staged;
    const kind = await this.#kindOnDisk(tree, at);
    return kind === "folder" && (await this.#isGone(tree, at)) ? null : kind;
  }

  async #kindOnDisk(tree: StagedTree, at: string): Promise<EntryKind | null> {
    if (at === "") return "folder";
    if (tree.at(at) !== undefined || !tree.isOnDisk(at)) return null;
    return this.#disk.kindOf(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOTDIR") return null;
      throw error;
    });
  }

  /** Whether staged deletions leave nothing of a folder that is on disk: git keeps no folder without files. */
  async #isGone(tree: StagedTree, folder: string): Promise<boolean> {
    if (folder === "" || !tree.isThinned(folder) || tree.kindAt(folder) === "folder") return false;
    for (const { name, kind } of await this.#disk.list(folder)) {
      const at = join(folder, name);
      if (tree.at(at) === null) continue;
      if (kind !== "folder") return false;
      if (tree.isThinned(at) ? !(await this.#isGone(tree, at)) : (await this.#disk.list(at)).length > 0) return false;
    }
    return true;
  }

  /** The files and links at or below a path that exists. */
  async #filesBelow(tree: StagedTree, at: string): Promise<string[]> {
    const kind = await this.#kindAt(tree, at);
    if (kind === null) throw systemError("ENOENT");
    if (kind !== "folder") return [at];
    const files: string[] = [];
    const open = [at];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const entry of await this.list(folder)) {
        (entry.kind === "folder" ? open : files).push(join(folder, entry.name));
        if (files.length > STAGED_LIMITS.files)
          throw new PathRefused(`“${at}” has more than ${STAGED_LIMITS.files} files, which is too much for review`);
      }
    }
    if (files.length === 0) throw new PathRefused(`“${at}” is an empty folder, which cannot be staged`);
    return files;
  }

  /** Refuses a path below something that is not a folder. */
  async #requireParents(tree: StagedTree, at: string): Promise<void> {
    for (let end = at.lastIndexOf("/"); end > 0; end = at.lastIndexOf("/", end - 1)) {
      const kind = await this.#kindAt(tree, at.slice(0, end));
      if (kind !== null && kind !== "folder") throw systemError("ENOTDIR");
    }
  }
}

const join = (folder: string, name: string) => (folder === "" ? name : `${folder}/${name}`);

/** An error as the file system would report it. */
function systemError(code: "ENOENT" | "ENOTDIR" | "ENOTEMPTY" | "ELOOP"): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
