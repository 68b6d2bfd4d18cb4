import { closeSync, fchmodSync, fsync, lstatSync, openSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { isFound, toEditPaths, type EditPaths } from "@boocode/shared/changes/edits/found-state";
import { ByteFolders, splitPath } from "../../../platform/files/byte-folders.ts";
import { makeTemporaryName } from "../../../platform/files/temporary-name.ts";
import { toIdentity, type DiskReader } from "./disk-reader.ts";
import { fill, openNearest, permissionsOf, putNew, removeEmpty, removeIn, toPermissions } from "./file-steps.ts";
import type { RootWriter } from "./root-writer.ts";
import { MovedOn, toStepError, WriteRefused } from "../write-errors.ts";
import { MAX_CONTENT_BYTES, missingObject, type ObjectContents } from "./object-contents.ts";

const flush = promisify(fsync);
/** Files open at once while contents are written. */
const TOGETHER = 64;
/** Contents that are held in memory until they are written. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Files replaced between two pauses, in which other work of the daemon runs. */
const BETWEEN_PAUSES = 32;

export interface FileWriterInput {
  /** Absolute. */
  root: string;
  contents: ObjectContents;
  /** Makes a reader for one look at the disk. */
  look: () => DiskReader;
  /** Called at named points so that a test can crash there. */
  failpoint: (name: string) => void | Promise<void>;
}

/** Where the new content of a path waits: a name in the nearest folder that exists. */
interface Temporary {
  folder: string;
  name: string;
}

/**
 * Writes the files of an edit below one root. {@link prepare} writes all new contents to temporary files, {@link check} looks at every path
 * again, and {@link swap} puts the files in place. Until `swap`, nothing of the person's is touched.
 */
export class FileWriter implements RootWriter {
  readonly #input: FileWriterInput;
  readonly #files: readonly FileEdit[];
  /** The files of the whole edit below this root: after a crash, some are written already. */
  readonly #all: readonly FileEdit[];
  readonly #paths: EditPaths;
  readonly #temporaries = new Map<string, Temporary>();
  readonly written: FileEdit[] = [];
  #identities = new Map<string, string | null>();

  constructor(input: FileWriterInput, files: readonly FileEdit[], all: readonly FileEdit[]) {
    this.#input = input;
    this.#files = files;
    this.#all = all;
    this.#paths = toEditPaths(all.map(({ path }) => path));
  }

  /**
   * Writes the new contents beside their targets; `sizes` has the size of each. On an error, the temporary files are removed. Errors:
   * {@link WriteRefused}; those of git.
   */
  async prepare(sizes: ReadonlyMap<string, number>): Promise<void> {
    try {
      const byOid = Map.groupBy(
        this.#files.filter(({ after }) => after !== null),
        ({ after }) => after!.oid,
      );
      await this.#requireRemovable(this.#files.filter(({ after }) => after === null));
      const needed = new Map([...byOid].map(([oid, files]) => [oid, this.#sizeOf(oid, files, sizes)]));
      const waiting: { file: FileEdit; content: Buffer }[] = [];
      let bytes = 0;
      const write = async () => {
        bytes = 0;
        await this.#writeTemporaries(waiting.splice(0));
      };
      await this.#input.contents.readEach(needed, async (oid, content) => {
        for (const file of byOid.get(oid)!) waiting.push({ file, content });
        bytes += content.length;
        if (waiting.length >= TOGETHER || bytes >= MAX_WAITING_BYTES) await write();
      });
      await write();
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async check(): Promise<void> {
    const reader = this.#input.look();
    const found = await reader.readAll(this.#files.map(({ path, before }) => ({ path, like: [before] })));
    const moved = this.#files.filter(({ path, before }, place) => !isFound(found[place]!.state, before, this.#paths, path));
    if (moved.length > 0) throw new MovedOn(moved.map(({ path }) => path));
    this.#identities = new Map(this.#files.map(({ path }, place) => [path, found[place]!.identity]));
  }

  /**
   * Puts the files in place, one after the other: first those that go, the deepest first, then those that come. Each is compared once more,
   * in the same moment in which it is replaced; a new file never replaces anything. Errors: {@link MovedOn}, {@link WriteRefused}, both
   * with some files possibly written.
   */
  async swap(): Promise<void> {
    const going = this.#files.filter(({ after }) => after === null).toSorted((a, b) => depthOf(b.path) - depthOf(a.path));
    const coming = this.#files.filter(({ after }) => after !== null).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const steps = [...going, ...coming];
    const pruneAt = going.length;
    const made: string[] = [];
    try {
      for (let start = 0, place = 0; start < steps.length || start === 0; start += BETWEEN_PAUSES) {
        const folders = new ByteFolders(this.#input.root);
        try {
          for (const file of steps.slice(start, start + BETWEEN_PAUSES)) {
            if (place === pruneAt) this.#prune(folders);
            this.#step(folders, file);
            this.written.push(file);
            await this.#input.failpoint(`edit.file.${place++}`);
          }
          if (place === steps.length && pruneAt === place) this.#prune(folders);
          await folders.flush();
        } finally {
          made.push(...folders.made);
          folders.close();
        }
        await nextTurn();
      }
    } catch (error) {
      this.#removeMade(made);
      await this.discard();
      throw error;
    }
  }

  async discard(): Promise<void> {
    const left = [...this.#temporaries.values()];
    this.#temporaries.clear();
    for (let start = 0; start < left.length; start += TOGETHER) {
      const folders = new ByteFolders(this.#input.root);
      try {
        await Promise.all(left.slice(start, start + TOGETHER).map(({ folder, name }) => removeIn(folders, folder, name)));
      } finally {
        folders.close();
      }
    }
  }

  #sizeOf(oid: string, [first]: readonly FileEdit[], sizes: ReadonlyMap<string, number>): number {
    const size = sizes.get(oid);
    if (size === undefined) throw missingObject(oid);
    if (size > MAX_CONTENT_BYTES) throw new WriteRefused(first!.path, new Error("It is too large to be written"));
    return size;
  }

  async #writeTemporaries(some: readonly { file: FileEdit; content: Buffer }[]): Promise<void> {
    for (let start = 0; start < some.length; start += TOGETHER) {
      const folders = new ByteFolders(this.#input.root);
      const opened: { path: string; descriptor: number }[] = [];
      try {
        for (const { file, content } of some.slice(start, start + TOGETHER)) {
          const descriptor = await this.#acting(file.path, async () => {
            await this.#input.failpoint("edit.temporary");
            return this.#writeTemporary(folders, file, content);
          });
          if (descriptor !== null) opened.push({ path: file.path, descriptor });
        }
        // All are written before the first is made durable, so that the disk can take them together.
        await Promise.all(opened.map(({ path, descriptor }) => this.#acting(path, () => flush(descriptor))));
      } finally {
        for (const { descriptor } of opened) closeSync(descriptor);
        folders.close();
      }
      await nextTurn();
    }
  }

  /** Returns the open file; null for a link. */
  async #writeTemporary(folders: ByteFolders, { path, before, after }: FileEdit, content: Buffer): Promise<number | null> {
    const { folder, name: leaf } = splitPath(path);
    const { opened, path: place } = openNearest(folders, folder);
    const name = makeTemporaryName();
    const target = opened.at(name);
    this.#temporaries.set(path, { folder: place, name });
    if (after!.mode === "120000") {
      symlinkSync(content, target);
      return null;
    }
    const kept = before?.mode.startsWith("100") && place === folder ? permissionsOf(opened.at(leaf)) : null;
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

  /** A file that cannot be removed is noticed before anything is touched. */
  async #requireRemovable(files: readonly FileEdit[]): Promise<void> {
    const byFolder = new Map(files.map(({ path }) => [splitPath(path).folder, path]));
    for (const [folder, path] of byFolder) {
      const folders = new ByteFolders(this.#input.root);
      try {
        // A folder that is not there is found by the check.
        const { opened, path: place } = openNearest(folders, folder);
        if (place === folder) await access(opened.at("."), constants.W_OK | constants.X_OK);
      } catch (error) {
        throw new WriteRefused(path, error);
      } finally {
        folders.close();
      }
    }
  }

  #step(folders: ByteFolders, file: FileEdit): void {
    try {
      if (file.after === null) this.#remove(folders, file);
      else this.#put(folders, file);
    } catch (error) {
      throw toStepError(file.path, error, true);
    }
  }

  #remove(folders: ByteFolders, { path }: FileEdit): void {
    const { folder, name } = splitPath(path);
    const opened = folders.open(folder);
    this.#requireSame(path, opened.at(name));
    unlinkSync(opened.at(name));
    folders.note(opened);
  }

  #put(folders: ByteFolders, { path, before, after }: FileEdit): void {
    const { folder, name } = splitPath(path);
    const temporary = this.#temporaries.get(path)!;
    const from = folders.open(temporary.folder);
    const opened = folders.open(folder, { make: true });
    const source = from.at(temporary.name);
    const target = opened.at(name);
    if (before === null) putNew(source, target, after!.mode);
    else {
      this.#requireSame(path, target);
      renameSync(source, target);
    }
    this.#temporaries.delete(path);
    folders.note(from);
    folders.note(opened);
  }

  #requireSame(path: string, target: Buffer): void {
    const stats = lstatSync(target, { bigint: true, throwIfNoEntry: false });
    if (!stats || toIdentity(stats) !== this.#identities.get(path)) throw new MovedOn([path]);
  }

  /** Runs one step with a path; an error of the system says what it means for the edit. */
  async #acting<T>(path: string, act: () => T | Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw toStepError(path, error);
    }
  }

  /** Removes the folders that the edit's removed files leave empty, except those that get new files. */
  #prune(folders: ByteFolders): void {
    const foldersOf = (isGoing: boolean) =>
      toEditPaths(this.#all.flatMap(({ path, after }) => ((after === null) === isGoing ? [path] : []))).folders;
    const filled = foldersOf(false);
    for (const folder of [...foldersOf(true)].toSorted((a, b) => depthOf(b) - depthOf(a))) {
      if (!filled.has(folder)) removeEmpty(folders, folder);
    }
  }

  /** Removes the folders made by a swap that failed, as far as they are empty. */
  #removeMade(made: readonly string[]): void {
    const folders = new ByteFolders(this.#input.root);
    try {
      for (const folder of made.toReversed()) removeEmpty(folders, folder);
    } finally {
      folders.close();
    }
  }
}

const depthOf = (path: string) => path.split("/").length;
