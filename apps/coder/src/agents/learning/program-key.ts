import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import type { AgentCommand } from "../find-command.ts";

/**
 * Identifies an agent's program as it is on disk now, and how it is started. Another installation is another file, even of the same size and
 * date, as packages have them. Null if the file is gone.
 */
export async function toProgramKey({ argv: [file = "", ...argv], env }: AgentCommand): Promise<string | null> {
  try {
    const path = await realpath(file);
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path);
    const settings = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return createHash("sha256")
      .update(JSON.stringify([file, path, dev, ino, size, mtimeMs, ctimeMs, argv, settings]))
      .digest("hex");
  } catch {
    return null;
  }
}
