import { open, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { toTypedPath } from "@boocode/shared/projects/typed-path";

/** Where the home folders of this machine's people are, and who has which. */
export interface Homes {
  home: string;
  /** The list of users, as in `/etc/passwd`. */
  usersFile?: string;
}

/** The maximum size of the list of users that is read, in bytes. */
const MAX_USERS_BYTES = 1024 * 1024;

/**
 * Returns the absolute path that a person means: as it is where such a folder exists, else as it was pasted, with `~` and `~user` expanded.
 * A path that is not absolute stays that way.
 */
export async function readTypedPath(given: string, homes: Homes): Promise<string> {
  const isThere = isAbsolute(given) && (await stat(given).catch(() => null)) !== null;
  return isThere ? given : expandHome(toTypedPath(given), homes);
}

/** Expands `~`, `~/…`, `~user` and `~user/…`; returns any other path unchanged. */
export async function expandHome(path: string, { home, usersFile = "/etc/passwd" }: Homes): Promise<string> {
  const [, user, rest = ""] = /^~([^/]*)(\/.*)?$/s.exec(path) ?? [];
  if (user === undefined) return path;
  return join(user === "" ? home : await findHome(user, home, usersFile), rest);
}

/** The home folder of `user`; beside ours if the list of users does not name one. */
async function findHome(user: string, home: string, usersFile: string): Promise<string> {
  for (const line of (await readUsers(usersFile)).split("\n")) {
    const [name, , , , , folder = ""] = line.split(":");
    if (name === user && isAbsolute(folder)) return folder;
  }
  return join(dirname(home), user);
}

async function readUsers(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_USERS_BYTES), 0, MAX_USERS_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    // Some systems keep their users elsewhere.
    return "";
  }
}
