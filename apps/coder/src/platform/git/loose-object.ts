import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { newId } from "../new-id.ts";

const compress = promisify(deflate);
const decompress = promisify(inflate);

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
  return Buffer.concat(
    sorted.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode.replace(/^0/, "")} ${name}\0`, "latin1"), Buffer.from(oid, "hex")]),
  );
}

/** Returns the id of a tree with these bytes. */
export function hashTree(body: Buffer, format: ObjectFormat): string {
  return createHash(format).update(`tree ${body.length}\0`).update(body).digest("hex");
}

/** Whether an object is stored in a file of its own. False says nothing: it may be packed, or stored elsewhere. */
export function isLoose(objectsDir: string, oid: string): boolean {
  return (statSync(toFile(objectsDir, oid), { throwIfNoEntry: false })?.size ?? 0) > 0;
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
    const bytes = await compress(Buffer.concat([Buffer.from(`tree ${body.length}\0`), body]));
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, "wx", 0o444);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Also over one that is there, so that it counts as new for git's garbage collection.
    await rename(temporary, file);
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

function toFile(objectsDir: string, oid: string): string {
  return join(objectsDir, oid.slice(0, 2), oid.slice(2));
}
