import { closeSync, fchmodSync, fsync, openSync, symlinkSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { ByteFolders, splitPath } from "../../../platform/files/byte-folders.ts";
import { makeTemporaryName } from "../../../platform/files/temporary-name.ts";
import { toStepError } from "../write-errors.ts";
import type { AheadDraft } from "../ahead/ahead-draft.ts";
import { NewFolders, type NewFolder } from "./new-folders.ts";
import { fill, openNearest, permissionsOf, removeIn, toPermissions } from "./file-steps.ts";

const flush = promisify(fsync);
/** Files written between two pauses, in which other work of the daemon runs. */
const BETWEEN_PAUSES = 32;
/** Files that may be open at once, most of them while they are made durable. */
const MOST_OPEN = 256;

/** Where the new content of a path waits: a name in its folder, or in a new folder that waits as well. */
export interface Temporary {
  folder: string;
  name: string;
  newFolder: NewFolder | null;
}

/** An open file that is not durable yet. */
interface Opened {
  path: string;
  descriptor: number;
}

/**
 * New contents of an edit's files, in temporary files beside their targets. While some are made durable, which takes the disk's time, the
 * next are written. Errors: `WriteRefused`.
 */
export class TemporaryFiles {
  readonly #root: string;
  readonly #failpoint: (name: string) => void | Promise<void>;
  readonly #places = new Map<string, Temporary>();
  readonly #flushing = new Set<Promise<unknown>>();
  #opened: Opened[] = [];
  #sincePause = 0;
  #open = 0;
  #folders: ByteFolders | null = null;
  /** The nearest folder that exists, for the open folders. */
  readonly #nearest = new Map<string, ReturnType<typeof openNearest>>();
  readonly #newFolders: NewFolders;
  readonly #draft: AheadDraft | null;
  #isDurable = false;
  #failure: { error: unknown } | null = null;

  /** What `draft` takes is durable there, so it need not be here yet. */
  constructor(root: string, failpoint: (name: string) => void | Promise<void>, draft: AheadDraft | null) {
    this.#root = root;
    this.#draft = draft;
    this.#newFolders = new NewFolders(root);
    this.#failpoint = failpoint;
  }

  /** Where the content of a path waits; undefined if it is in place. */
  find(path: string): Temporary | undefined {
    return this.#places.get(path);
  }

  /** Puts a new folder in place and returns the paths that came with it. Null, and nothing is done, if something is there. */
  putFolder(folders: ByteFolders, folder: NewFolder): ReadonlySet<string> | null {
    if (!this.#newFolders.put(folders, folder)) return null;
    const paths = new Set([...this.#places].flatMap(([path, { newFolder }]) => (newFolder === folder ? [path] : [])));
    for (const path of paths) this.#places.delete(path);
    return paths;
  }

  /** Says that a path's content is in place. */
  forget(path: string): void {
    this.#places.delete(path);
  }

  /** Whether what was added has to be durable once it is in place: something of it was not taken by the draft. */
  get isDurable(): boolean {
    return this.#isDurable;
  }

  /** Writes a file's new content. It is durable after {@link settle}, unless the draft has taken it. */
  async add(file: FileEdit, content: Buffer): Promise<void> {
    try {
      await this.#failpoint("edit.temporary");
      this.#folders ??= new ByteFolders(this.#root);
      const descriptor = await this.#write(this.#folders, file, content);
      if (descriptor !== null && this.#draft?.take(file, descriptor, content)) closeSync(descriptor);
      else {
        this.#isDurable = true;
        if (descriptor !== null) this.#opened.push({ path: file.path, descriptor });
      }
      this.#sincePause++;
    } catch (error) {
      throw toStepError(file.path, error);
    }
    if (this.#sincePause >= BETWEEN_PAUSES) await this.#pause();
  }

  /** Resolves when everything is durable that has to be. */
  async settle(): Promise<void> {
    await this.#pause();
    await Promise.all(this.#flushing);
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#isDurable) await this.#newFolders.flush();
  }

  /** Removes the new folders whose files were put in place one by one. */
  removeEmptyFolders(): void {
    this.#newFolders.removeEmpty();
  }

  /** Removes what is not in place. */
  async discard(): Promise<void> {
    await this.#pause();
    await Promise.all(this.#flushing);
    const left = [...this.#places.values()];
    this.#places.clear();
    for (let start = 0; start < left.length; start += BETWEEN_PAUSES) {
      const folders = new ByteFolders(this.#root);
      try {
        await Promise.all(left.slice(start, start + BETWEEN_PAUSES).map(({ folder, name }) => removeIn(folders, folder, name)));
      } finally {
        folders.close();
      }
    }
    this.removeEmptyFolders();
  }

  /** Lets other work of the daemon run, while what has been written is made durable. */
  async #pause(): Promise<void> {
    this.#folders?.close();
    this.#folders = null;
    this.#nearest.clear();
    this.#sincePause = 0;
    const some = this.#opened;
    this.#opened = [];
    this.#open += some.length;
    const flushing = Promise.all(some.map((each) => this.#flush(each))).finally(() => this.#flushing.delete(flushing));
    this.#flushing.add(flushing);
    await nextTurn();
    while (this.#open > MOST_OPEN) await Promise.race(this.#flushing);
  }

  async #flush({ path, descriptor }: Opened): Promise<void> {
    try {
      await flush(descriptor);
    } catch (error) {
      this.#failure ??= { error: toStepError(path, error) };
    } finally {
      closeSync(descriptor);
      this.#open--;
    }
  }

  /** Returns the open file; null for a link. */
  async #write(folders: ByteFolders, { path, before, after }: FileEdit, content: Buffer): Promise<number | null> {
    const { folder, name: leaf } = splitPath(path);
    const nearest = this.#nearest.get(folder) ?? openNearest(folders, folder);
    this.#nearest.set(folder, nearest);
    const { opened: there, path: place } = nearest;
    const newFolder = place === folder ? null : this.#newFolders.begin(place, folder);
    const { opened, path: waits } = newFolder === null ? nearest : this.#newFolders.open(folders, newFolder, folder);
    const name = newFolder === null ? makeTemporaryName() : leaf;
    const target = opened.at(name);
    this.#places.set(path, { folder: waits, name, newFolder });
    if (after!.mode === "120000") {
      symlinkSync(content, target);
      return null;
    }
    const kept = before?.mode.startsWith("100") && place === folder ? permissionsOf(there.at(leaf)) : null;
    const descriptor = openSync(target, "wx", after!.mode === "100755" ? 0o777 : 0o666);
    try {
      await fill(descriptor, content);
      if (kept !== null) fchmodSync(descriptor, toPermissions(kept, after!.mode));
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }
}
