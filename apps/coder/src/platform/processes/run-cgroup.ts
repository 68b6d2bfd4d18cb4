import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * The cgroup (version 2) of this process: everything it starts is in it, and cannot leave it without another's rights, whatever it does to
 * its environment, its parent, its group and its session.
 */
export class RunCgroup {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Makes a cgroup inside the current one and moves this process into it. Null if the system has no such cgroups or does not allow it, as in
   * most containers and in a plain login. Never rejects.
   */
  static async enter(): Promise<RunCgroup | null> {
    try {
      const [mounts, own] = await Promise.all(["mounts", "cgroup"].map((file) => readFile(`/proc/self/${file}`, "utf8")));
      const root = mounts
        ?.split("\n")
        .find((line) => line.split(" ")[2] === "cgroup2")
        ?.split(" ")[1];
      const place = own
        ?.split("\n")
        .find((line) => line.startsWith("0::"))
        ?.slice("0::".length);
      if (root === undefined || place === undefined) return null;
      const path = join(root, place, `boocode-${process.pid}`);
      await removeEmpty(join(root, place));
      await mkdir(path);
      try {
        await writeFile(join(path, "cgroup.procs"), String(process.pid));
      } catch {
        await rmdir(path);
        return null;
      }
      return new RunCgroup(path);
    } catch {
      return null;
    }
  }

  /** The pids in it, this process's too. Rejects if they cannot be read. */
  async list(): Promise<number[]> {
    const text = await readFile(join(this.#path, "cgroup.procs"), "utf8");
    return text.split("\n").flatMap((line) => (line === "" ? [] : Number(line)));
  }

  /** Leaves the cgroup and removes it, unless something is left in it. Never rejects. */
  async close(): Promise<void> {
    try {
      await writeFile(join(dirname(this.#path), "cgroup.procs"), String(process.pid));
      await rmdir(this.#path);
    } catch {
      // What is left in it keeps it.
    }
  }
}

/** Removes what killed runs left behind. A cgroup with a process in it cannot be removed. */
async function removeEmpty(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^boocode-\d+$/.test(name));
  await Promise.all(names.map((name) => rmdir(join(folder, name)).catch(() => {})));
}
