import { lstatSync, renameSync, unlinkSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { isFound, toEditPaths, type EditPaths } from "@boocode/shared/changes/edits/found-state";
import { ByteFolders, splitPath } from "../../../platform/files/byte-folders.ts";
import type { Ahead } from "../ahead/ahead.ts";
import type { AheadDraft } from "../ahead/ahead-draft.ts";
import { toIdentity, toLastingIdentity, type DiskReader } from "./disk-reader.ts";
import { openNearest, putNew, removeEmpty, removeFolders } from "./file-steps.ts";
import { readNewContents, type ContentSource } from "./read-new-contents.ts";
import type { RootWriter } from "./root-writer.ts";
import { TemporaryFiles } from "./temporary-files.ts";
import { MovedOn, toStepError, WriteRefused } from "../write-errors.ts";

/** Folders that may be open at once while files are put in place. */
const MOST_FOLDERS = 64;
/** Files replaced between two pauses, in which other work of the daemon runs. */
const BETWEEN_PAUSES = 32;
/** After this, other work runs in any case: a disk that is slow may take milliseconds for one file. */
const LONGEST_MS = 10;

export interface FileWriterInput extends ContentSource {
  /** Absolute. */
  root: string;
  /** Makes a reader for one look at the disk. */
  look: () => DiskReader;
  /** Takes the new files that need not be durable when they come into place; null: all are. */
  draft: AheadDraft | null;
  /** Called at named points so that a test can crash there. */
  failpoint: (name: string) => void | Promise<void>;
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
  readonly #temporaries: TemporaryFiles;
  readonly written: FileEdit[] = [];
  #identities = new Map<string, string | null>();

  constructor(input: FileWriterInput, files: readonly FileEdit[], all: readonly FileEdit[]) {
    this.#input = input;
    this.#files = files;
    this.#all = all;
    this.#temporaries = new TemporaryFiles(input.root, input.failpoint, input.draft);
    this.#paths = toEditPaths(all.map(({ path }) => path));
  }

  /**
   * Writes the new contents beside their targets. On an error, the temporary files are removed. Errors: {@link WriteRefused}; those of git.
   */
  async prepare(): Promise<void> {
    try {
      await this.#requireRemovable(this.#files.filter(({ after }) => after === null));
      await readNewContents(this.#input, this.#files, (file, content) => this.#temporaries.add(file, content));
      await this.#temporaries.settle();
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

  get ahead(): Ahead | null {
    const files = this.#input.draft?.list((path) => {
      const identity = this.#identities.get(path);
      return identity ? toLastingIdentity(identity) : null;
    });
    return files === undefined || files.length === 0 ? null : { root: this.#input.root, files };
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
    const flush = (changed: ByteFolders) => (going.length > 0 || this.#temporaries.isDurable ? changed.flush() : undefined);
    let folders = new ByteFolders(this.#input.root);
    const made: string[] = [];
    const close = () => {
      made.push(...folders.made);
      folders.close();
    };
    try {
      let since = performance.now();
      for (const [place, file] of steps.entries()) {
        if (place === pruneAt) this.#prune(folders);
        this.written.push(...this.#step(folders, file));
        await this.#input.failpoint(`edit.file.${place}`);
        if ((place + 1) % BETWEEN_PAUSES !== 0 && performance.now() - since < LONGEST_MS) continue;
        if (folders.size > MOST_FOLDERS) {
          await flush(folders);
          close();
          folders = new ByteFolders(this.#input.root);
        }
        await nextTurn();
        since = performance.now();
      }
      if (pruneAt === steps.length) this.#prune(folders);
      await flush(folders);
      close();
      this.#temporaries.removeEmptyFolders();
    } catch (error) {
      close();
      this.#removeMade(made);
      await this.discard();
      throw error;
    }
  }

  discard(): Promise<void> {
    return this.#temporaries.discard();
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

  /** Returns what is in place now and was not before: a new folder comes with all its files. */
  #step(folders: ByteFolders, file: FileEdit): readonly FileEdit[] {
    try {
      if (file.after !== null) return this.#put(folders, file);
      this.#remove(folders, file);
      return [file];
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

  #put(folders: ByteFolders, file: FileEdit): readonly FileEdit[] {
    const { path, before, after } = file;
    const { folder, name } = splitPath(path);
    const temporary = this.#temporaries.find(path);
    if (temporary === undefined) return [];
    const came = temporary.newFolder && this.#temporaries.putFolder(folders, temporary.newFolder);
    if (came) return this.#files.filter((each) => came.has(each.path));
    const from = folders.open(temporary.folder);
    const opened = folders.open(folder, { make: true });
    const source = from.at(temporary.name);
    const target = opened.at(name);
    if (before === null) {
      removeFolders(folders, path);
      putNew(source, target, after!.mode);
    } else {
      this.#requireSame(path, target);
      renameSync(source, target);
    }
    this.#temporaries.forget(path);
    folders.note(from);
    folders.note(opened);
    return [file];
  }

  #requireSame(path: string, target: string | Buffer): void {
    const stats = lstatSync(target, { bigint: true, throwIfNoEntry: false });
    if (!stats || toIdentity(stats) !== this.#identities.get(path)) throw new MovedOn([path]);
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
