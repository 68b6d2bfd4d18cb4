import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readlink, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { BytePath } from "../../../platform/git/byte-path.ts";
import type { Limit } from "./limit.ts";

/** What is at a path: two equal texts mean equal kinds, modes and bytes. */
export type Described = string;

const ABSENT = "absent";
const EXECUTABLE = 0o100;
const CHUNK_BYTES = 1024 * 1024;
/** How many files are read at once. */
const TOGETHER = 16;

/** Describes each path below a folder by its kind, its mode and all of its bytes. Follows no link at the path itself. */
export async function describeFiles(root: string, paths: readonly BytePath[], limit: Limit): Promise<Map<BytePath, Described>> {
  const described = new Map<BytePath, Described>();
  for (let start = 0; start < paths.length; start += TOGETHER) {
    limit.check();
    const some = paths.slice(start, start + TOGETHER);
    const found = await Promise.all(some.map((path) => describe(BytePath.toFile(root, path), limit)));
    for (const [place, path] of some.entries()) described.set(path, found[place]!);
  }
  return described;
}

/**
 * Returns those of the paths that are the same, byte for byte and in mode, in another folder: both absent, or both there. A path that leads
 * through a link in the other folder is not the same.
 */
export async function findEqual(described: ReadonlyMap<BytePath, Described>, otherRoot: string, limit: Limit): Promise<Set<BytePath>> {
  const paths = [...described.keys()];
  const there = await describeFiles(otherRoot, paths, limit);
  const equal = new Set<BytePath>();
  for (const path of paths) {
    if (/^(folder|special)$/.test(described.get(path)!)) continue;
    if (described.get(path) === there.get(path) && (await isReachedPlainly(otherRoot, path))) equal.add(path);
  }
  return equal;
}

async function describe(file: Buffer, limit: Limit): Promise<Described> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (found === null) return ABSENT;
  if (found.isSymbolicLink()) return `link ${(await readlink(file, { encoding: "buffer" })).toString("hex")}`;
  if (found.isDirectory()) return "folder";
  if (!found.isFile()) return "special";
  return `file ${(found.mode & EXECUTABLE) === 0 ? "644" : "755"} ${await digest(file, limit)}`;
}

async function digest(file: Buffer, limit: Limit): Promise<string> {
  const opened = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const hash = createHash("sha256");
    const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, Math.max(1, (await opened.stat()).size)));
    for (;;) {
      limit.check();
      const { bytesRead } = await opened.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await opened.close();
  }
}

async function isReachedPlainly(root: string, path: BytePath): Promise<boolean> {
  const folder = dirname(BytePath.toBytes(path));
  if (folder === ".") return true;
  // What is absent may be absent with its folder.
  const real = await realpath(BytePath.toFile(root, BytePath.of(folder)), { encoding: "buffer" }).catch(() => null);
  return real === null || real.equals(BytePath.toFile(await realpath(root), BytePath.of(folder)));
}
