import { createHash } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
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
/**
 * How many bytes are read at most. A file that no longer fits is told by its size, times and identity, which any write changes too: reading
 * gigabytes would take longer than the guard has.
 */
const MAX_READ_BYTES = 512 * 1024 * 1024;
/** Texts that never mean the same bytes in two folders. */
const NEVER_EQUAL = /^(folder|special|unread)/;

interface Reading {
  /** The bytes that may still be read. */
  left: number;
}

/** Describes each path below a folder by its kind, its mode and all of its bytes. Follows no link at the path itself. */
export function describeFiles(root: string, paths: readonly BytePath[], limit: Limit): Promise<Map<BytePath, Described>> {
  return describeAll(root, new Map(paths.map((path) => [path, null])), limit);
}

/**
 * Returns those of the paths that are the same, byte for byte and in mode, in another folder: both absent, or both there. A path that leads
 * through a link in the other folder is not the same.
 */
export async function findEqual(described: ReadonlyMap<BytePath, Described>, otherRoot: string, limit: Limit): Promise<Set<BytePath>> {
  const wanted = new Map([...described].filter(([, what]) => !NEVER_EQUAL.test(what)));
  const there = await describeAll(otherRoot, wanted, limit);
  const equal = new Set<BytePath>();
  for (const [path, what] of wanted) if (what === there.get(path) && (await isReachedPlainly(otherRoot, path))) equal.add(path);
  return equal;
}

/** `wanted`: what each path is compared with; a file of another size is not read. */
async function describeAll(root: string, wanted: ReadonlyMap<BytePath, Described | null>, limit: Limit): Promise<Map<BytePath, Described>> {
  const reading: Reading = { left: MAX_READ_BYTES };
  const described = new Map<BytePath, Described>();
  const waiting = [...wanted];
  for (let start = 0; start < waiting.length; start += TOGETHER) {
    limit.check();
    const some = waiting.slice(start, start + TOGETHER);
    const files = await Promise.all(
      some.map(async ([path, like]) => {
        const file = BytePath.toFile(root, path);
        return { file, like, stats: await lookAt(file) };
      }),
    );
    // In the order of the paths, so that the same files are read each time: what is described must not depend on which look ends first.
    const whole = files.map(({ stats, like }) => stats !== null && takesPart(stats, like, reading));
    const found = await Promise.all(files.map(({ file, stats }, place) => describe(file, stats, whole[place]!, limit)));
    for (const [place, [path]] of some.entries()) described.set(path, found[place]!);
  }
  return described;
}

function lookAt(file: Buffer): Promise<BigIntStats | null> {
  return lstat(file, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
}

/** Whether a file is read, and takes its bytes of those that may be read. */
function takesPart(stats: BigIntStats, like: Described | null, reading: Reading): boolean {
  const size = Number(stats.size);
  if (!stats.isFile() || size > reading.left || (like !== null && !like.startsWith(`${toKind(stats)} `))) return false;
  reading.left -= size;
  return true;
}

async function describe(file: Buffer, stats: BigIntStats | null, isRead: boolean, limit: Limit): Promise<Described> {
  if (stats === null) return ABSENT;
  if (stats.isSymbolicLink()) return `link ${(await readlink(file, { encoding: "buffer" })).toString("hex")}`;
  if (stats.isDirectory()) return "folder";
  if (!stats.isFile()) return "special";
  const kind = toKind(stats);
  return isRead ? `${kind} ${await digest(file, limit)}` : `unread ${kind} ${stats.ino} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

const toKind = ({ mode, size }: BigIntStats): string => `file ${(Number(mode) & EXECUTABLE) === 0 ? "644" : "755"} ${size}`;

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
