import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readlink } from "node:fs/promises";
import { isPrecious } from "@boocode/shared/worktrees/is-precious";
import { BytePath } from "../../../platform/git/byte-path.ts";
import { describeFiles, findEqual, type Described } from "./describe-file.ts";
import type { Limit } from "./limit.ts";
import type { HiddenFile, IndexLook } from "./read-index.ts";
import type { StatusLook } from "./read-status.ts";
import type { Walked } from "./walk-worktree.ts";

export interface FilesInput {
  path: string;
  /** The project's own checkout. */
  projectPath: string;
  status: StatusLook;
  index: IndexLook;
  walked: Walked;
  limit: Limit;
}

/** The files of a worktree that are nowhere else. */
export interface FilesLook {
  dirty: BytePath[];
  untracked: BytePath[];
  precious: BytePath[];
  /** All paths that differ, with what is there, equal to the checkout or not. */
  described: ReadonlyMap<BytePath, Described>;
}

/** Finds the files that would be lost, leaving out those that are the same in the project's checkout, byte for byte and in mode. */
export async function lookAtFiles({ path, projectPath, status, index, walked, limit }: FilesInput): Promise<FilesLook> {
  const nested = new Set(walked.nested.map(BytePath.toBytes));
  const isNested = (name: BytePath) => nested.has(BytePath.toBytes(BytePath.withoutSlash(name)));
  const staged = new Set(status.differing.flatMap(({ path: name, isStaged }) => (isStaged ? [name] : [])));
  const hidden = await findHidden(path, index.hidden, staged, limit);
  const dirty = [...status.differing, ...hidden];
  // Git names another repository by its folder; it is judged as one.
  const untracked = status.untracked.filter((name) => !isNested(name));
  const precious = [...new Set([...walked.named, ...status.ignored])].filter((name) => isIgnoredFile(name, status.ignored));
  const all = [...dirty.map(({ path: name }) => name), ...untracked, ...precious];
  const described = await describeFiles(path, [...new Set(all)], limit);
  const equal = await findEqual(described, projectPath, limit);
  return {
    dirty: [...new Set(dirty.filter(({ path: name, isIndexOwn }) => isIndexOwn || !equal.has(name)).map(({ path: name }) => name))],
    untracked: untracked.filter((name) => !equal.has(name)),
    precious: precious.filter((name) => !equal.has(name)),
    described,
  };
}

function isIgnoredFile(name: BytePath, ignored: readonly BytePath[]): boolean {
  const bytes = BytePath.toBytes(name);
  if (bytes.endsWith("/") || !isPrecious(BytePath.toBytes(BytePath.nameOf(name)))) return false;
  return ignored.some((rule) => rule === name || (BytePath.toBytes(rule).endsWith("/") && BytePath.isBelow(name, rule)));
}

/**
 * Finds the files that git was told not to look at and that differ from the index. Where the index differs from HEAD too, its content is
 * neither HEAD's nor on disk, and git does not say so.
 */
async function findHidden(
  root: string,
  hidden: readonly HiddenFile[],
  staged: ReadonlySet<BytePath>,
  limit: Limit,
): Promise<{ path: BytePath; isIndexOwn: boolean }[]> {
  const found: { path: BytePath; isIndexOwn: boolean }[] = [];
  for (const file of hidden) {
    limit.check();
    const isIndexOwn = staged.has(file.path);
    const wanted = { ...file, mayBeAbsent: file.mayBeAbsent && !isIndexOwn };
    if (!(await isAsIndexed(BytePath.toFile(root, file.path), wanted))) found.push({ path: file.path, isIndexOwn });
  }
  return found;
}

async function isAsIndexed(file: Buffer, { mode, oid, mayBeAbsent }: HiddenFile): Promise<boolean> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (found === null) return mayBeAbsent;
  const algorithm = oid.length === 40 ? "sha1" : "sha256";
  if (found.isSymbolicLink()) return mode === "120000" && hashBlob(algorithm, await readlink(file, { encoding: "buffer" })) === oid;
  if (!found.isFile() || mode !== ((found.mode & 0o100) === 0 ? "100644" : "100755")) return false;
  const opened = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return hashBlob(algorithm, await opened.readFile()) === oid;
  } finally {
    await opened.close();
  }
}

const hashBlob = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
