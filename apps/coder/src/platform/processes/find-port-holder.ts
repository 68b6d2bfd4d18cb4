import { readdir, readFile, readlink } from "node:fs/promises";

/** A process that listens on a port. */
export interface PortHolder {
  pid: number;
  argv: readonly string[];
}

/**
 * Finds which process of ours listens on a TCP port, from what the kernel says: the process itself is not spoken to.
 * Null where it belongs to another user, or on a system without `/proc`.
 */
export async function findPortHolder(port: number): Promise<PortHolder | null> {
  const sockets = new Set((await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((table) => readListeners(table, port)))).flat());
  if (sockets.size === 0) return null;
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, sockets)) return { pid: Number(pid), argv: await readArgv(pid) };
  }
  return null;
}

const LISTENING = "0A";

async function readListeners(table: string, port: number): Promise<string[]> {
  const text = await readFile(table, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const isOurs = state === LISTENING && Number.parseInt(local?.split(":")[1] ?? "", 16) === port;
      return isOurs && inode ? [`socket:[${inode}]`] : [];
    });
}

async function holdsSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const descriptor of await readdir(folder).catch(() => [])) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => "");
    if (sockets.has(target)) return true;
  }
  return false;
}

async function readArgv(pid: string): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return text.split("\0").filter((part) => part !== "");
}
