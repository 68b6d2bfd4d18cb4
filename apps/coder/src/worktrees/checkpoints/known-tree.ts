import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const knownFile = (overlayDir: string) => join(overlayDir, "known-tree");

/** The tree of our index, where the index is still the file that it was when git said so. */
export async function readKnownTree(overlayDir: string): Promise<string | null> {
  const [note, now] = await Promise.all([readNote(overlayDir), fingerprintIndex(overlayDir)]);
  const [tree, ...index] = note.split(" ");
  return tree && index.join(" ") === now ? tree : null;
}

/** Remembers what git said of our index. */
export async function noteKnownTree(overlayDir: string, tree: string): Promise<void> {
  const [last, now] = await Promise.all([readNote(overlayDir), fingerprintIndex(overlayDir)]);
  const note = `${tree} ${now}`;
  if (last !== note) await writeFile(knownFile(overlayDir), note);
}

const readNote = (overlayDir: string) => readFile(knownFile(overlayDir), "utf8").catch(() => "");

/** Names an index by its file: another one as soon as anything was written to it. */
export async function fingerprintIndex(gitDir: string): Promise<string> {
  const found = await stat(join(gitDir, "index"), { bigint: true }).catch(() => null);
  return found ? `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}` : "none";
}

/** The commit that our own git directory stands on; "" where it is none. */
export async function readOwnHead(overlayDir: string): Promise<string> {
  const head = await readFile(join(overlayDir, "HEAD"), "utf8").catch(() => "");
  return /^[0-9a-f]+\n$/.test(head) ? head.trimEnd() : "";
}

/** Lets our own git directory stand on a commit: so a look at the worktree tells only what is new since. */
export async function pointOwnHead(overlayDir: string, commit: string): Promise<void> {
  const head = join(overlayDir, "HEAD");
  if ((await readFile(head, "utf8").catch(() => "")) === `${commit}\n`) return;
  await writeFile(`${head}.new`, `${commit}\n`);
  await rename(`${head}.new`, head);
}
