import { lstatSync, renameSync } from "node:fs";
import { ByteFolders, splitPath, type ByteFolder } from "../../../platform/files/byte-folders.ts";
import { makeTemporaryName } from "../../../platform/files/temporary-name.ts";
import { removeEmpty } from "./file-steps.ts";

/** Folders made durable at once. */
const TOGETHER = 32;

/** A folder that does not exist yet. It waits under a temporary name beside its place, with everything that comes into it. */
export interface NewFolder {
  readonly path: string;
  readonly waits: string;
}

/**
 * The new folders of an edit below one root. Each is filled where it waits and then renamed, so its files come all at once, and each costs
 * one change of a folder instead of three.
 */
export class NewFolders {
  readonly #root: string;
  readonly #byPath = new Map<string, NewFolder>();
  /** Every folder that waits, the inner ones as well. */
  readonly #waiting = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Returns the outermost folder on the way to `folder` that does not exist; `nearest` is the innermost one that does. */
  begin(nearest: string, folder: string): NewFolder {
    const start = nearest === "" ? 0 : nearest.length + 1;
    const end = folder.indexOf("/", start);
    const path = end < 0 ? folder : folder.slice(0, end);
    const known = this.#byPath.get(path);
    if (known) return known;
    const made = { path, waits: folder.slice(0, start) + makeTemporaryName() };
    this.#byPath.set(path, made);
    return made;
  }

  /** Opens the folder that `folder` will be, where it waits. */
  open(folders: ByteFolders, { path, waits }: NewFolder, folder: string): { opened: ByteFolder; path: string } {
    const place = waits + folder.slice(path.length);
    const opened = folders.open(place, { make: true });
    for (let at = place; at.length >= waits.length && !this.#waiting.has(at); at = splitPath(at).folder) this.#waiting.add(at);
    return { opened, path: place };
  }

  /** Makes the names in the waiting folders durable. */
  async flush(): Promise<void> {
    const waiting = [...this.#waiting];
    for (let start = 0; start < waiting.length; start += TOGETHER) {
      const folders = new ByteFolders(this.#root);
      try {
        for (const path of waiting.slice(start, start + TOGETHER)) folders.note(folders.open(path));
        await folders.flush();
      } finally {
        folders.close();
      }
    }
  }

  /** Puts a folder in its place, with all that is in it. Returns false, and does nothing, if something is there. */
  put(folders: ByteFolders, { path, waits }: NewFolder): boolean {
    const { folder, name } = splitPath(path);
    const parent = folders.open(folder);
    // A rename would replace an empty folder.
    if (lstatSync(parent.at(name), { throwIfNoEntry: false })) return false;
    renameSync(parent.at(splitPath(waits).name), parent.at(name));
    folders.note(parent);
    for (const at of this.#waiting) if (at === waits || at.startsWith(`${waits}/`)) this.#waiting.delete(at);
    return true;
  }

  /** Removes the folders that still wait, as far as they are empty. */
  removeEmpty(): void {
    if (this.#waiting.size === 0) return;
    const folders = new ByteFolders(this.#root);
    try {
      for (const path of [...this.#waiting].toSorted((a, b) => b.length - a.length)) removeEmpty(folders, path);
    } finally {
      folders.close();
    }
    this.#waiting.clear();
  }
}
