import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const knownFile = (overlayDir: string) => join(overlayDir, "known-tree");

/** Returns the cached tree of our index, if the index file is unchanged since git reported it. */
export async function readKnownTree(overlayDir: string): Promise<string | null> {
  const [note, now] = await Promise.all([readNote(overlayDir), fingerprintIndex(overlayDir)]);
  const [tree, ...index] = note.split(" ");
  return tree && index.join(" ") === now ? tree : null;
}

/** Returns the tree that git last reported for our index, even if the index has changed or is gone since; null if unknown. */
export async function readLastTree(overlayDir: string): Promise<string | null> {
  return (await readNote(overlayDir)).split(" ")[0] || null;
}

/** Caches the tree that git reported for our index. */
export async function noteKnownTree(overlayDir: string, tree: string): Promise<void> {
  const [last, now] = await Promise.all([readNote(overlayDir), fingerprintIndex(overlayDir)]);
  const note = `${tree} ${now}`;
  if (last !== note) await writeFile(knownFile(overlayDir), note);
}

const readNote = (overlayDir: string) => readFile(knownFile(overlayDir), "utf8").catch(() => "");

/** Returns an index's fingerprint, which changes with every write to its file. */
export async function fingerprintIndex(gitDir: string): Promise<string> {
  const found = await stat(join(gitDir, "index"), { bigint: true }).catch(() => null);
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : "none";
}

/** Returns the commit at HEAD of our own git directory; "" if there is none. */
export async function readOwnHead(overlayDir: string): Promise<string> {
  const head = await readFile(join(overlayDir, "HEAD"), "utf8").catch(() => "");
  return /^[0-9a-f]+\n$/.test(head) ? head.trimEnd() : "";
}

/** Points HEAD of our own git directory at a commit, so that a scan reports only newer changes. */
export async function pointOwnHead(overlayDir: string, commit: string): Promise<void> {
  const head = join(overlayDir, "HEAD");
  if ((await readFile(head, "utf8").catch(() => "")) === `${commit}\n`) return;
  await writeFile(`${head}.new`, `${commit}\n`);
  await rename(`${head}.new`, head);
}
