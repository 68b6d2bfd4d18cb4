import { copyFile, constants, mkdir, readlink, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { RecoveredFile } from "@boocode/shared/changes/edits/decide-edit-recovery";
import type { EditRoot, FileEdit, FileMode } from "@boocode/shared/changes/edits/file-edit";
import { isFound, toEditPaths } from "@boocode/shared/changes/edits/found-state";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../../../platform/git/byte-path.ts";
import type { GitOverlay } from "../../../platform/git/git-environment.ts";
import type { Git } from "../../../platform/git/git.ts";
import { createLooseRef } from "../../../platform/git/loose-ref.ts";
import { newId } from "../../../platform/new-id.ts";
import type { Worktrees } from "../../../worktrees/worktrees.ts";
import { DiskReader, type DiskReaderInput } from "./disk-reader.ts";
import { FileWriter } from "./file-writer.ts";
import type { RootWriter } from "./root-writer.ts";
import { AheadDraft } from "../ahead/ahead-draft.ts";
import { canFollowLater } from "../ahead/can-follow-later.ts";
import { carryCommit, isMovable, SubmoduleWriter } from "./submodule-writer.ts";
import { MovedOn, WriteRefused } from "../write-errors.ts";
import { missingObject, ObjectContents } from "./object-contents.ts";
import type { PlannedTree } from "../plan-moved-tree.ts";

const ROOTS: readonly EditRoot[] = ["checkout", "worktree"];
const TOGETHER = 16;

/** The folder of the refs that keep the contents of edits. */
export const EDIT_REFS = "refs/boocode/edits";
const toEditRef = (id: Edit["id"]) => `${EDIT_REFS}/${id}`;

type Roots = Readonly<Record<EditRoot, string>>;
type DiskFacts = Omit<DiskReaderInput, "git" | "root"> & { commonDir: string };

export interface WriteOptions {
  /** What is kept for a path, if that is its new content; default: nothing. */
  findAhead?: (file: FileEdit) => Buffer | null;
  /** Lets many new files of the checkout come into place before they are durable, at this time; default: none. */
  laterAt?: number;
}

/** The folders and the object store that an edit works with. */
export class EditPlace {
  readonly git: Git;
  readonly overlay: GitOverlay;
  readonly contents: ObjectContents;
  readonly #roots: Roots;
  readonly #facts: DiskFacts;

  private constructor(git: Git, overlay: GitOverlay, roots: Roots, facts: DiskFacts) {
    this.git = git;
    this.overlay = overlay;
    this.contents = new ObjectContents(git, overlay);
    this.#roots = roots;
    this.#facts = facts;
  }

  /** Faults: `project_gone`, those of git. */
  static async open(worktrees: Worktrees, worktree: Worktree, projectPath: string): Promise<EditPlace> {
    const { git, overlay, settings } = await worktrees.openRaw(worktree, projectPath);
    const { objectFormat, commonDir } = await git.dirs(projectPath);
    const isSetTo = (key: string, value: string) => settings.some((each) => each[0] === key && each[1].toLowerCase() === value);
    const facts = {
      objectFormat,
      commonDir,
      hasModes: !isSetTo("core.filemode", "false"),
      ignoresCase: isSetTo("core.ignorecase", "true"),
    };
    return new EditPlace(git, overlay, { checkout: projectPath, worktree: worktree.path }, facts);
  }

  /** The absolute path of a root. */
  pathOf(root: EditRoot): string {
    return this.#roots[root];
  }

  /** Makes a reader for one look at a root. */
  look(root: EditRoot): DiskReader {
    return this.#readerOf(this.#roots[root]);
  }

  /** Whether the checkout's file system finds a name in any case. */
  get ignoresCase(): boolean {
    return this.#facts.ignoresCase;
  }

  /** Makes the writers of some of an edit's files, for each root: first of its submodules, then of its files. */
  toWriters(
    files: readonly FileEdit[],
    all: readonly FileEdit[],
    failpoint: (name: string) => void | Promise<void>,
    { findAhead = () => null, laterAt }: WriteOptions = {},
  ): RootWriter[] {
    return ROOTS.flatMap((root): RootWriter[] => {
      const isOwn = (file: FileEdit) => file.root === root;
      const input = { root: this.#roots[root], failpoint };
      const source = this.#roots[root === "checkout" ? "worktree" : "checkout"];
      const modules = files.filter((file) => isOwn(file) && isMove(file));
      const own = files.filter((file) => isOwn(file) && !isMove(file));
      const other = this.look(root === "checkout" ? "worktree" : "checkout");
      const isLater = laterAt !== undefined && root === "checkout" && canFollowLater(this.#roots.checkout);
      const draft = isLater ? AheadDraft.for(own, (oid) => this.contents.isDurable(oid, laterAt)) : null;
      const contents = { contents: this.contents, other, findAhead, draft, look: () => this.look(root) };
      return [
        ...(modules.length === 0 ? [] : [new SubmoduleWriter({ ...input, source, git: this.git }, modules)]),
        ...(own.length === 0 ? [] : [new FileWriter({ ...input, ...contents }, own, all.filter(isOwn))]),
      ];
    });
  }

  /** Whether a root's submodule can be moved from one commit to another, which it gets from the other root where it has to. */
  async canMove(root: EditRoot, path: string, from: string, to: string): Promise<boolean> {
    const toFolder = (at: EditRoot) => `${this.#roots[at]}/${BytePath.toText(BytePath.of(path))}`;
    const other = toFolder(root === "checkout" ? "worktree" : "checkout");
    return (
      (await isMovable(this.git, this.#roots[root], toFolder(root), from)) &&
      carryCommit(this.git, other, toFolder(root), to).catch(() => false)
    );
  }

  /** Tells what each file of an edit holds now, in the order given. */
  async compare(files: readonly FileEdit[]): Promise<RecoveredFile["holds"][]> {
    const holds = new Map<FileEdit, RecoveredFile["holds"]>();
    for (const root of ROOTS) {
      const own = files.filter((file) => file.root === root);
      const paths = toPaths(files, root);
      const found = await this.look(root).readAll(own.map(({ path, before, after }) => ({ path, like: [before, after] })));
      for (const [place, file] of own.entries()) {
        const is = (state: FileEdit["before"]) => isFound(found[place]!.state, state, paths, file.path);
        holds.set(file, is(file.after) ? "after" : is(file.before) ? "before" : "third");
      }
    }
    return files.map((file) => holds.get(file)!);
  }

  /**
   * Keeps everything that the edit and its undo need in the object store, under a ref of its own. `trees` are stored with it.
   *
   * Errors: {@link MovedOn} if a file that git does not have yet has changed; those of git.
   */
  async keep({ id, files, baseBefore, baseAfter, staged }: Edit, trees: readonly PlannedTree[], projectPath: string): Promise<void> {
    const edits = staged.flatMap(({ from, to }) => [from, to]).filter((each) => each !== null);
    const states = [
      ...files.flatMap(({ before, after }) => [before, after]),
      ...edits.flatMap(({ base, steps }) => [base, ...steps.map(({ after }) => after)]),
    ].filter((state) => state !== null && state.mode !== "160000");
    const oids = [...new Set(states.map((state) => state!.oid))];
    const missing = new Set(await this.contents.findMissing(oids));
    if (missing.size > 0) {
      await this.#storeFound(files, missing);
      const [lost] = await this.contents.findMissing(missing);
      if (lost !== undefined) throw missingObject(lost);
    }
    const bases = Object.entries({ "base-before": baseBefore, "base-after": baseAfter });
    const pinned = [
      ...oids.map((oid) => `100644 blob ${oid}\t${oid}`),
      ...bases.flatMap(([name, oid]) => (oid === null ? [] : [`040000 tree ${oid}\t${name}`])),
    ];
    const stored = await this.contents.storeTrees([...trees, { entries: pinned }]);
    if (trees.some(({ oid }, place) => stored[place] !== oid)) throw new Error("Git stored another tree than expected");
    const [ref, pin] = [toEditRef(id), stored.at(-1)!];
    if (!(await createLooseRef(this.#facts.commonDir, ref, pin))) await this.git.write(projectPath, ["update-ref", ref, pin]);
  }

  /** Runs work with a private, empty folder that is removed afterwards. */
  async inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
    const scratch = join(this.overlay.gitDir, `${newId("scratch")}.tmp`);
    await mkdir(scratch, { mode: 0o700 });
    try {
      return await work(scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** Copies what is on disk at a path: a file's bytes, or a link's target. Error: {@link MovedOn} if it is not the content with this id. */
  async copyOut(
    { root, path, oid, mode = "100644" }: { root: EditRoot; path: string; oid: string; mode?: FileMode },
    to: string,
  ): Promise<void> {
    const from = BytePath.toFile(this.#roots[root], BytePath.of(path));
    try {
      if (mode === "120000") await writeFile(to, await readlink(from, { encoding: "buffer" }));
      else await copyFile(from, to, constants.COPYFILE_FICLONE);
    } catch (error) {
      throw GONE.has((error as NodeJS.ErrnoException).code ?? "") ? new MovedOn([path]) : new WriteRefused(path, error);
    }
    const copied = await this.#readerOf(dirname(to)).read({ path: basename(to), like: [] });
    if (copied.state.kind !== "file" || copied.state.state.oid !== oid) throw new MovedOn([path]);
  }

  #readerOf(root: string): DiskReader {
    return new DiskReader({ git: this.git, root, ...this.#facts });
  }

  /** Stores the contents on disk that git does not have yet. */
  #storeFound(files: readonly FileEdit[], missing: ReadonlySet<string>): Promise<unknown> {
    const found = files.filter(({ before }) => before !== null && missing.has(before.oid));
    return this.inScratch(async (scratch) => {
      const copies = found.map((_, place) => join(scratch, String(place)));
      for (let start = 0; start < found.length; start += TOGETHER) {
        const group = found.slice(start, start + TOGETHER);
        await Promise.all(group.map(({ root, path, before }, place) => this.copyOut({ root, path, ...before! }, copies[start + place]!)));
      }
      return this.contents.storeFiles(copies);
    });
  }
}

/** Errors that say that something else is at a path. */
const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EINVAL", "ELOOP"]);

const isMove = ({ before, after }: FileEdit) => before?.mode === "160000" && after?.mode === "160000";

const toPaths = (files: readonly FileEdit[], root: EditRoot) =>
  toEditPaths(files.flatMap((file) => (file.root === root ? [file.path] : [])));
