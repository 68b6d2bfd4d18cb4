import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

export interface LockHolder {
  pid: number;
  name: string;
}

/**
 * Living programs that hold a file open, and gits that are at work in one of the folders: a git closes its lock some time before it
 * takes it away. Null where the system does not tell.
 */
export async function findLockHolders(file: string, folders: readonly string[]): Promise<LockHolder[] | null> {
  if (process.platform !== "linux") return null;
  const pids = (await readdir("/proc").catch(() => null))?.filter((name) => /^\d+$/.test(name));
  if (!pids) return null;
  const holders = await Promise.all(pids.map((pid) => lookAtProcess(pid, file, folders)));
  return holders.filter((holder) => holder !== null);
}

async function lookAtProcess(pid: string, file: string, folders: readonly string[]): Promise<LockHolder | null> {
  const name = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
  // Gone since the listing.
  if (name === "") return null;
  const holder = { pid: Number(pid), name };
  const isGit = /^git\b/.test(name);
  const cwd = await readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) => error);
  if (isGit && (typeof cwd === "string" ? folders.some((folder) => isIn(cwd, folder)) : isForbidden(cwd))) return holder;
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    if ((await readlink(join(`/proc/${pid}/fd`, descriptor)).catch(() => null)) === file) return holder;
  }
  return null;
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** Somebody else's, so it cannot be looked at: then it may be the one. */
const isForbidden = ({ code }: NodeJS.ErrnoException) => code === "EACCES" || code === "EPERM";
