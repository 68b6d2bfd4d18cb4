import { createHash } from "node:crypto";
import { mkdirSync, renameSync, statSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { constants, deflate, deflateSync, inflate } from "node:zlib";
import { writeDurably } from "../files/durable-file.ts";
import { newId } from "../new-id.ts";

const compress = promisify(deflate);
const decompress = promisify(inflate);

const FAST = { level: constants.Z_BEST_SPEED };
/** Up to this size, compressing at once costs less than waiting for other threads. */
const SMALL_BYTES = 64 * 1024;

export type ObjectFormat = "sha1" | "sha256";

/** One entry of a tree. The name has one character per byte. */
export interface TreeEntry {
  mode: string;
  type: string;
  oid: string;
  name: string;
}

/** Builds a tree's bytes as git does: entries sorted by name, folders as if their names ended with a slash. */
export function toTreeBody(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries.map((entry) => ({ ...entry, key: entry.type === "tree" ? `${entry.name}/` : entry.name }));
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const heads = sorted.map(({ mode, name }) => `${mode.startsWith("0") ? mode.slice(1) : mode} ${name}\0`);
  const body = Buffer.allocUnsafe(sorted.reduce((sum, { oid }, place) => sum + heads[place]!.length + oid.length / 2, 0));
  let at = 0;
  for (const [place, { oid }] of sorted.entries()) {
    at += body.write(heads[place]!, at, "latin1");
    at += body.write(oid, at, "hex");
  }
  return body;
}

/** Returns the id of a tree with these bytes. */
export function hashTree(body: Buffer, format: ObjectFormat): string {
  return createHash(format).update(`tree ${body.length}\0`).update(body).digest("hex");
}

/** Whether an object is stored in a file of its own. False says nothing: it may be packed, or stored elsewhere. */
export function isLoose(objectsDir: string, oid: string): boolean {
  return (statSync(toFile(objectsDir, oid), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** When an object that is stored in a file of its own was stored, in epoch milliseconds; null if there is no such file. */
export function findLooseTime(objectsDir: string, oid: string): number | null {
  return statSync(toFile(objectsDir, oid), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/**
 * Stores a tree in a file of its own, durably, and returns its id. Returns null if that is not possible; let git store it then. What it names
 * is not looked at.
 */
export async function storeLooseTree(objectsDir: string, body: Buffer, format: ObjectFormat): Promise<string | null> {
  const oid = hashTree(body, format);
  const file = toFile(objectsDir, oid);
  // Git removes files of this name that were left behind.
  const temporary = join(dirname(file), `tmp_obj_${newId("tree")}`);
  try {
    const whole = Buffer.concat([Buffer.from(`tree ${body.length}\0`), body]);
    // As git does it: most of a tree are ids, which nothing makes shorter.
    const bytes = whole.length > SMALL_BYTES ? await compress(whole, FAST) : deflateSync(whole, FAST);
    mkdirSync(dirname(file), { recursive: true });
    await writeDurably(temporary, bytes, 0o444);
    // Also over one that is there, so that it counts as new for git's garbage collection.
    renameSync(temporary, file);
    return oid;
  } catch {
    await rm(temporary, { force: true }).catch(() => {});
    return null;
  }
}

/** Reads which tree a commit has, if the commit is stored in a file of its own; null otherwise. */
export async function readLooseCommitTree(objectsDir: string, commit: string): Promise<string | null> {
  const bytes = await readFile(toFile(objectsDir, commit)).catch(() => null);
  const text = bytes && (await decompress(bytes).catch(() => null))?.toString("latin1");
  return /^commit \d+\0tree ([0-9a-f]{40,64})\n/.exec(text ?? "")?.[1] ?? null;
}

/** Reads the entries of a tree that is stored in a file of its own, as it was stored. Null if it is not, or not readable: ask git then. */
export async function readLooseTree(objectsDir: string, oid: string): Promise<TreeEntry[] | null> {
  const bytes = await readFile(toFile(objectsDir, oid)).catch(() => null);
  const content = bytes && (await decompress(bytes).catch(() => null));
  const start = content?.indexOf(0) ?? -1;
  if (!content || !/^tree \d+$/.test(content.toString("latin1", 0, start))) return null;
  const body = content.subarray(start + 1);
  return hashTree(body, toFormat(oid)) === oid ? parseTreeBody(body, oid.length / 2) : null;
}

/** The format of a store whose ids look like this one. */
export function toFormat(oid: string): ObjectFormat {
  return oid.length === 40 ? "sha1" : "sha256";
}

function parseTreeBody(body: Buffer, idBytes: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf(0, at);
    const [mode = "", name = ""] = body.toString("latin1", at, end).split(/ ([^]*)/, 2);
    at = end + 1 + idBytes;
    entries.push({ mode: mode.padStart(6, "0"), type: TYPES[mode] ?? "blob", oid: body.toString("hex", end + 1, at), name });
  }
  return entries;
}

/** What an entry of a tree is, by the modes that are no file's or link's. */
const TYPES: Readonly<Record<string, string>> = { "40000": "tree", "160000": "commit" };

function toFile(objectsDir: string, oid: string): string {
  return join(objectsDir, oid.slice(0, 2), oid.slice(2));
}
