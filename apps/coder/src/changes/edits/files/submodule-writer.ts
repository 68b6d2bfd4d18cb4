import { realpath } from "node:fs/promises";
import type { FileEdit } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../../../platform/git/byte-path.ts";
import type { Git } from "../../../platform/git/git.ts";
import type { RootWriter } from "./root-writer.ts";
import { MovedOn, WriteRefused } from "../write-errors.ts";

const LIMIT_MS = 300_000;
/** The largest pack of commits that is carried from one repository to the other. */
const MAX_PACK_BYTES = 256 * 1024 * 1024;

export interface SubmoduleWriterInput {
  git: Git;
  /** The folder whose submodules are moved, absolute. */
  root: string;
  /** The other folder, whose submodules may have the commits. */
  source: string;
  /** Called at named points so that a test can crash there. */
  failpoint: (name: string) => void | Promise<void>;
}

/**
 * Moves submodules of one root to other commits: the commits are carried over from the same submodule of the other root, and checked out
 * detached. Only a submodule that is initialised and clean is moved, and only by git's own careful checkout, without the programs that the
 * submodule names. Its HEAD and index are what moves; those of the project are not touched.
 */
export class SubmoduleWriter implements RootWriter {
  readonly #input: SubmoduleWriterInput;
  readonly #files: readonly FileEdit[];
  readonly ahead = null;
  readonly written: FileEdit[] = [];

  constructor(input: SubmoduleWriterInput, files: readonly FileEdit[]) {
    this.#input = input;
    this.#files = files;
  }

  async prepare(): Promise<void> {
    const { git, root, source } = this.#input;
    for (const { path, after } of this.#files) {
      const carried = await carryCommit(git, toFolder(source, path), toFolder(root, path), after!.oid);
      if (!carried) throw new WriteRefused(path, new Error("The submodule's commit is not available"));
    }
  }

  async check(): Promise<void> {
    const moved: string[] = [];
    for (const { path, before } of this.#files) {
      if (!(await isMovable(this.#input.git, this.#input.root, toFolder(this.#input.root, path), before!.oid))) moved.push(path);
    }
    if (moved.length > 0) throw new MovedOn(moved);
  }

  async swap(): Promise<void> {
    const { git, root, failpoint } = this.#input;
    for (const file of this.#files) {
      const folder = toFolder(root, file.path);
      // Git refuses where the checkout would overwrite anything.
      await git.write(folder, ["checkout", "--quiet", "--detach", file.after!.oid], { limitMs: LIMIT_MS }).catch((error: unknown) => {
        throw new WriteRefused(file.path, new Error(toWords(error), { cause: error }));
      });
      this.written.push(file);
      await failpoint(`edit.submodule.${this.written.length - 1}`);
    }
  }

  async discard(): Promise<void> {
    // Commits that were carried over do no harm, and git removes them some day.
  }
}

/**
 * Whether a submodule of a root is at a commit, has no uncommitted work, and names no program that its checkout would need, such as a filter
 * for large files; and whether its checkout writes nothing but its own folder and repository. Anything that cannot be read is not movable.
 */
export async function isMovable(git: Git, root: string, folder: string, commit: string): Promise<boolean> {
  try {
    if (!(await isOwn(git, root, folder))) return false;
    const { text: head } = await git.read(folder, ["rev-parse", "--verify", "HEAD^{commit}"]);
    if (head !== commit) return false;
    if ((await git.programSettings(folder)).some(({ key }) => key.startsWith("filter."))) return false;
    return (await git.read(folder, ["status", "--porcelain", "-z", "--untracked-files=no"])).stdout.length === 0;
  } catch {
    return false;
  }
}

/** Whether a submodule's repository is in its own folder or in that of its root, and its files are where it is: an agent may redirect both. */
async function isOwn(git: Git, root: string, folder: string): Promise<boolean> {
  const { text } = await git.read(folder, ["rev-parse", "--path-format=absolute", "--show-toplevel", "--git-dir", "--git-common-dir"]);
  const { text: rootDir } = await git.read(root, ["rev-parse", "--path-format=absolute", "--git-dir"]);
  const [top, ...places] = await Promise.all([...text.split("\n"), rootDir, folder].map((path) => realpath(path)));
  const [gitDir, commonDir, ownRoot, ownFolder] = places;
  const isInside = (path: string) => [`${ownRoot}/modules/`, `${ownFolder}/.git/`].some((own) => `${path}/`.startsWith(own));
  return top === ownFolder && isInside(gitDir!) && isInside(commonDir!);
}

/** Makes a commit of one repository available in another. Returns false if neither has it. No transport is involved. */
export async function carryCommit(git: Git, from: string, to: string, commit: string): Promise<boolean> {
  const has = async (folder: string) =>
    git.read(folder, ["cat-file", "-e", `${commit}^{commit}`], { exitCodes: [0, 1, 128] }).then(
      ({ exitCode }) => exitCode === 0,
      () => false,
    );
  if (await has(to)) return true;
  if (!(await has(from))) return false;
  const { text: known } = await git.read(to, ["rev-parse", "--verify", "HEAD^{commit}"]);
  const isShared = await git.read(from, ["cat-file", "-e", `${known}^{commit}`], { exitCodes: [0, 1, 128] });
  const { stdout: pack } = await git.read(from, ["pack-objects", "--quiet", "--stdout", "--revs", "--delta-base-offset"], {
    stdin: `${commit}\n${isShared.exitCode === 0 ? `^${known}\n` : ""}`,
    maxOutputBytes: MAX_PACK_BYTES,
    limitMs: LIMIT_MS,
  });
  await git.write(to, ["index-pack", "--stdin", "--fix-thin"], { stdin: pack, limitMs: LIMIT_MS });
  return has(to);
}

const toFolder = (root: string, path: string) => `${root}/${BytePath.toText(BytePath.of(path))}`;

function toWords(error: unknown): string {
  const isFailed = error instanceof DomainError && error.fault.kind === "git_failed";
  return isFailed
    ? `Git refused to move the submodule: ${error.fault.stderrTail.trim().slice(0, 300)}`
    : "The submodule could not be moved";
}
