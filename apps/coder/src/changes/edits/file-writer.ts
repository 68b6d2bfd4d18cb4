import { lstatSync, renameSync, unlinkSync } from "node:fs";
import { access, constants, open, symlink } from "node:fs/promises";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { isFound, toEditPaths, type EditPaths } from "@boocode/shared/changes/edits/found-state";
import { ByteFolders, splitPath } from "../../platform/files/byte-folders.ts";
import { makeTemporaryName } from "../../platform/files/temporary-name.ts";
import { toIdentity, type DiskReader } from "./disk-reader.ts";
import { fill, openNearest, permissionsOf, putNew, removeEmpty, removeIn, toPermissions } from "./file-steps.ts";
import { MAX_CONTENT_BYTES, missingObject, type ObjectContents } from "./object-contents.ts";

/** Files opened at once while contents are written. */
const TOGETHER = 16;
/** Files replaced between two pauses, in which other work of the daemon runs. */
const BETWEEN_PAUSES = 32;

/** Some paths no longer hold what the edit expects. `paths` have one character per byte. */
export class MovedOn extends Error {
  override readonly name = "MovedOn";
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super(`Changed meanwhile: ${paths.join(", ")}`);
    this.paths = paths;
  }
}

/** The file system refused a path, which has one character per byte. */
export class WriteRefused extends Error {
  override readonly name = "WriteRefused";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.path = path;
  }
}

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
export class FileWriter {
  readonly #input: FileWriterInput;
  readonly #files: readonly FileEdit[];
  /** The paths of the whole edit, of which these files may be a part. */
  readonly #paths: EditPaths;
  readonly #temporaries = new Map<string, Temporary>();
  #identities = new Map<string, string | null>();

  constructor(input: FileWriterInput, files: readonly FileEdit[], paths: EditPaths = toEditPaths(files.map(({ path }) => path))) {
    this.#input = input;
    this.#files = files;
    this.#paths = paths;
  }

  /**
   * Writes the new contents beside their targets; `sizes` has the size of each. On an error, the temporary files are removed. Errors:
   * {@link WriteRefused}; those of git.
   */
  async prepare(sizes: ReadonlyMap<string, number>): Promise<void> {
    try {
      const byOid = new Map<string, FileEdit[]>();
      for (const file of this.#files) {
        if (file.after === null) await this.#requireWritable(file.path);
        else byOid.set(file.after.oid, [...(byOid.get(file.after.oid) ?? []), file]);
      }
      const needed = new Map([...byOid.keys()].map((oid) => [oid, this.#sizeOf(oid, byOid.get(oid)!, sizes)]));
      const pending: { file: FileEdit; content: Buffer }[] = [];
      const flush = () => this.#writeTemporaries(pending.splice(0));
      await this.#input.contents.readEach(needed, async (oid, content) => {
        for (const file of byOid.get(oid)!) pending.push({ file, content });
        if (pending.length >= TOGETHER) await flush();
      });
      await flush();
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** Looks at every path again. Error: {@link MovedOn}. */
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
    const steps: ((folders: ByteFolders) => void)[] = [
      ...going.map((file) => (folders: ByteFolders) => this.#remove(folders, file)),
      ...coming.map((file) => (folders: ByteFolders) => this.#put(folders, file)),
    ];
    const pruneAt = going.length;
    const made: string[] = [];
    try {
      for (let start = 0, place = 0; start < steps.length || start === 0; start += BETWEEN_PAUSES) {
        const folders = new ByteFolders(this.#input.root);
        try {
          for (const step of steps.slice(start, start + BETWEEN_PAUSES)) {
            if (place === pruneAt) this.#prune(folders, going);
            step(folders);
            await this.#input.failpoint(`edit.file.${place++}`);
          }
          if (place === steps.length && pruneAt === place) this.#prune(folders, going);
          await folders.flush();
        } finally {
          made.push(...folders.made);
          folders.close();
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      this.#removeMade(made);
      await this.discard();
      throw error;
    }
  }

  /** Removes the temporary files that are still there. */
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
      try {
        const group = some.slice(start, start + TOGETHER);
        // Wait for every file before the folders are closed: their descriptor numbers may be used again at once.
        const written = await Promise.allSettled(group.map(({ file, content }) => this.#writeTemporary(folders, file, content)));
        for (const { reason } of written.filter((each) => each.status === "rejected")) throw reason;
      } finally {
        folders.close();
      }
    }
  }

  async #writeTemporary(folders: ByteFolders, { path, before, after }: FileEdit, content: Buffer): Promise<void> {
    try {
      const { folder, name: leaf } = splitPath(path);
      const { opened, path: place } = openNearest(folders, folder);
      const name = makeTemporaryName();
      const target = opened.at(name);
      this.#temporaries.set(path, { folder: place, name });
      if (after!.mode === "120000") return await symlink(content, target);
      const kept = before?.mode.startsWith("100") && place === folder ? await permissionsOf(opened.at(leaf)) : null;
      const file = await open(target, "wx", after!.mode === "100755" ? 0o777 : 0o666);
      await fill(file, content, kept === null ? null : toPermissions(kept, after!.mode));
    } catch (error) {
      throw new WriteRefused(path, error);
    }
  }

  /** A file that cannot be removed is noticed before anything is touched. */
  async #requireWritable(path: string): Promise<void> {
    const { folder } = splitPath(path);
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

  #remove(folders: ByteFolders, { path }: FileEdit): void {
    const { folder, name } = splitPath(path);
    this.#acting(path, () => {
      const opened = folders.open(folder);
      this.#requireSame(path, opened.at(name));
      unlinkSync(opened.at(name));
      folders.note(opened);
    });
  }

  #put(folders: ByteFolders, { path, before, after }: FileEdit): void {
    const { folder, name } = splitPath(path);
    const temporary = this.#temporaries.get(path)!;
    this.#acting(path, () => {
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
    });
  }

  #requireSame(path: string, target: Buffer): void {
    const stats = lstatSync(target, { bigint: true, throwIfNoEntry: false });
    if (!stats || toIdentity(stats) !== this.#identities.get(path)) throw new MovedOn([path]);
  }

  #acting(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof MovedOn) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw code !== undefined && MOVED.has(code) ? new MovedOn([path]) : new WriteRefused(path, error);
    }
  }

  /** Removes the folders that the removed files leave empty, except those that get new files. */
  #prune(folders: ByteFolders, going: readonly FileEdit[]): void {
    const { folders: filled } = toEditPaths(this.#files.flatMap(({ path, after }) => (after === null ? [] : [path])));
    const { folders: left } = toEditPaths(going.map(({ path }) => path));
    for (const folder of [...left].toSorted((a, b) => depthOf(b) - depthOf(a))) {
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

/** Errors that say that something else is at a path now. */
const MOVED: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EEXIST", "EISDIR", "ENOTEMPTY"]);

const depthOf = (path: string) => path.split("/").length;
