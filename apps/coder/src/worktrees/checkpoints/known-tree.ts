import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lookAtOnce, readOwnNote } from "../../platform/files/look-at-once.ts";

const knownFile = (overlayDir: string) => join(overlayDir, "known-tree");

/** Returns the cached tree of our index, if the index file is unchanged since git reported it. */
export function readKnownTree(overlayDir: string): string | null {
  const [tree, ...index] = readNote(overlayDir).split(" ");
  return tree && index.join(" ") === fingerprintIndex(overlayDir) ? tree : null;
}

/** Returns the tree that git last reported for our index, even if the index has changed or is gone since; null if unknown. */
export function readLastTree(overlayDir: string): string | null {
  return readNote(overlayDir).split(" ")[0] || null;
}

/** Caches the tree that git reported for our index. */
export async function noteKnownTree(overlayDir: string, tree: string): Promise<void> {
  const note = `${tree} ${fingerprintIndex(overlayDir)}`;
  if (readNote(overlayDir) !== note) await writeFile(knownFile(overlayDir), note);
}

const readNote = (overlayDir: string) => readOwnNote(knownFile(overlayDir))?.toString("utf8") ?? "";

/** Returns an index's fingerprint, which changes with every write to its file. */
export function fingerprintIndex(gitDir: string): string {
  const found = lookAtOnce(join(gitDir, "index"));
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : "none";
}

/** Returns the commit at HEAD of our own git directory; "" if there is none. */
export function readOwnHead(overlayDir: string): string {
  const head = readOwnNote(join(overlayDir, "HEAD"))?.toString("utf8") ?? "";
  return /^[0-9a-f]+\n$/.test(head) ? head.trimEnd() : "";
}

/** Points HEAD of our own git directory at a commit, so that a scan reports only newer changes. */
export async function pointOwnHead(overlayDir: string, commit: string): Promise<void> {
  const head = join(overlayDir, "HEAD");
  if (readOwnNote(head)?.toString("utf8") === `${commit}\n`) return;
  await writeFile(`${head}.new`, `${commit}\n`);
  await rename(`${head}.new`, head);
}
