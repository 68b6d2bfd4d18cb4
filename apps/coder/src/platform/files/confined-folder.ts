import { constants } from "node:fs";
import { lstat, mkdir, open, readlink, realpath, rename, rmdir, unlink } from "node:fs/promises";
import { followLink, leadsOut, PathRefused, toComponents } from "./confined-path.ts";
import {
  listPinned,
  pinAt,
  readRegularFile,
  requireRegularFile,
  toKind,
  type EntryKind,
  type FolderEntry,
  type PinnedFolder,
} from "./pinned-folder.ts";
import { removeTree } from "./remove-tree.ts";
import { makeTemporaryName } from "./temporary-name.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const MAX_LINKS = 32;

export interface FileContent {
  /** At most `maxBytes` bytes. */
  bytes: Buffer;
  /** The size of the whole file. */
  sizeBytes: number;
  /** Path components from the root, with symbolic links resolved. */
  path: string;
}

/**
 * Confines file access to one folder: no path can escape it.
 *
 * Each path component is opened relative to the open handle of its parent, without following symbolic links. Links are resolved in this
 * class, and only while they stay inside. A symbolic link, or a folder swapped during the operation, therefore cannot redirect a read,
 * write, removal, walk or working directory to the outside. On systems without paths through open handles (macOS), each path is checked
 * first and then used. Files are opened without blocking and must be regular files, so a FIFO or device never blocks the caller.
 * Paths take the form that `toComponents` accepts. Refusals throw `PathRefused`; all other failures throw the system's error with its
 * `code`.
 */
export class ConfinedFolder {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async open(root: string): Promise<ConfinedFolder> {
    return new ConfinedFolder(await realpath(root));
  }

  /** Reads at most `maxBytes` from the beginning of a regular file. */
  async readFile(path: string, maxBytes: number): Promise<FileContent> {
    return this.#inParent(path, { followLeaf: true }, async (parent, leaf) => ({
      ...(await readRegularFile(parent.at(leaf), maxBytes)),
      path: [...parent.components, leaf].join("/"),
    }));
  }

  /** Writes a whole file atomically and creates missing parent folders. An existing file keeps its mode. `isNew` says whether the file is new. */
  async writeFile(path: string, content: string | Uint8Array): Promise<{ isNew: boolean; path: string }> {
    return this.#inParent(path, { followLeaf: true, makeFolders: true }, async (parent, leaf) => {
      const mode = await modeOf(parent.at(leaf));
      const temporary = parent.at(makeTemporaryName());
      try {
        const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode ?? 0o666);
        try {
          await file.writeFile(content);
          if (mode !== null) await file.chmod(mode);
        } finally {
          await file.close();
        }
        await rename(temporary, parent.at(leaf));
      } catch (error) {
        await unlink(temporary).catch(() => {});
        throw error;
      }
      return { isNew: mode === null, path: [...parent.components, leaf].join("/") };
    });
  }

  /** The kind of entry at a path, without following a link at its end unless `followLeaf`. Null if nothing exists there. */
  async kindOf(path: string, options: { followLeaf?: boolean } = {}): Promise<EntryKind | null> {
    if (toComponents(this.root, path).length === 0) return "folder";
    try {
      return await this.#inParent(path, options, async (parent, leaf) => toKind(await lstat(parent.at(leaf))));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** The target of a symbolic link at the end of a path; null if no link is there. */
  async readLink(path: string): Promise<string | null> {
    return this.#inParent(path, {}, (parent, leaf) => readlink(parent.at(leaf))).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EINVAL" || error.code === "ENOENT" || error.code === "ENOTDIR") return null;
      throw error;
    });
  }

  /** Renames a file, link or folder. Refuses to replace an existing target. */
  async rename(from: string, to: string): Promise<void> {
    await this.#inParent(from, {}, async (source, name) => {
      const moved = await lstat(source.at(name));
      await this.#inParent(to, { makeFolders: true }, async (target, newName) => {
        const existing = await lstat(target.at(newName)).catch(() => null);
        const isSame = existing?.ino === moved.ino && existing.dev === moved.dev;
        if (existing && !isSame) throw new PathRefused(`“${to}” already exists`);
        await rename(source.at(name), target.at(newName));
      });
    });
  }

  /** Removes a file, link or empty folder; with `recursive`, a folder and its contents. Links are removed, never followed. */
  async remove(path: string, options: { recursive: boolean }): Promise<void> {
    await this.#inParent(path, {}, async (parent, leaf) => {
      const kind = toKind(await lstat(parent.at(leaf)));
      if (kind !== "folder") await unlink(parent.at(leaf));
      else if (options.recursive) await removeTree(parent, leaf);
      else await rmdir(parent.at(leaf));
    });
  }

  /** The entries of a folder, sorted by name. */
  async list(path: string): Promise<FolderEntry[]> {
    const folder = await this.pin(path);
    try {
      return await listPinned(folder);
    } finally {
      await folder.handle.close();
    }
  }

  /** Opens a folder; the caller closes its handle. Follows links that stay inside. */
  async pin(path: string): Promise<PinnedFolder> {
    return this.#descend(toComponents(this.root, path), { makeFolders: false });
  }

  async #inParent<T>(
    path: string,
    options: { followLeaf?: boolean; makeFolders?: boolean },
    act: (parent: PinnedFolder, leaf: string) => Promise<T>,
  ): Promise<T> {
    let components = toComponents(this.root, path);
    for (let links = 0; links <= MAX_LINKS; links += 1) {
      const leaf = components.at(-1);
      if (leaf === undefined) throw new PathRefused("the worktree itself is not a file");
      if (leaf === "..") {
        const folder = await this.#descend(components, { makeFolders: false });
        components = [...folder.components];
        await folder.handle.close();
        continue;
      }
      const parent = await this.#descend(components.slice(0, -1), { makeFolders: options.makeFolders ?? false });
      try {
        const target = options.followLeaf ? await readlink(parent.at(leaf)).catch(() => null) : null;
        if (target === null) return await act(parent, leaf);
        components = followLink(this.root, parent.components, target);
      } finally {
        await parent.handle.close();
      }
    }
    throw new PathRefused(`“${path}” goes through too many symbolic links`);
  }

  async #descend(wanted: readonly string[], options: { makeFolders: boolean }): Promise<PinnedFolder> {
    let links = 0;
    let rest = [...wanted];
    let here = await pinAt(this.root, this.root, []);
    while (rest.length > 0) {
      const name = rest.shift() as string;
      try {
        const target = name === ".." ? null : await readlink(here.at(name)).catch(() => null);
        if (target !== null && (links += 1) > MAX_LINKS) throw new PathRefused("the path goes through too many symbolic links");
        if (target !== null || name === "..") {
          rest = [...(target === null ? toAbove(here.components) : followLink(this.root, here.components, target)), ...rest];
          const top = await pinAt(this.root, this.root, []);
          await here.handle.close();
          here = top;
          continue;
        }
        if (options.makeFolders) await mkdir(here.at(name)).catch(ignoreExisting);
        const next = await pinAt(this.root, here.at(name), [...here.components, name]);
        await here.handle.close();
        here = next;
      } catch (error) {
        await here.handle.close();
        throw error;
      }
    }
    return here;
  }
}

/** The folder above one that is open, by real names. */
function toAbove(components: readonly string[]): readonly string[] {
  if (components.length === 0) throw leadsOut();
  return components.slice(0, -1);
}

async function modeOf(path: string): Promise<number | null> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (!file) return null;
  try {
    return (await requireRegularFile(file)).mode & 0o777;
  } finally {
    await file.close();
  }
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";
