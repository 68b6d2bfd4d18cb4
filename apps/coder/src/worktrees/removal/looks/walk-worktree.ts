import { readdir } from "node:fs/promises";
import { isPrecious, isRemade } from "@boocode/shared/worktrees/is-precious";
import { BytePath } from "../../../platform/git/byte-path.ts";
import { LookError, type Limit } from "./limit.ts";

/** What a walk through all folders of a worktree finds. */
export interface Walked {
  /** Folders below the top that have a `.git` of their own. */
  nested: BytePath[];
  /** Files with the names of secrets, ignored or not. */
  named: BytePath[];
}

const MAX_ENTRIES = 1_000_000;
/** How deep below a folder that programs make again other repositories are looked for. */
const REMADE_DEPTH = 2;
/** How many folders are read at once. */
const TOGETHER = 32;

interface Place {
  /** Null: the top. */
  path: BytePath | null;
  /** How many levels below it are looked at; null: all, and every file. */
  depth: number | null;
}

/** Walks through a worktree's folders without following a link or entering another repository. Rejects if any cannot be read. */
export async function walkWorktree(root: string, limit: Limit): Promise<Walked> {
  const walked: Walked = { nested: [], named: [] };
  let left = MAX_ENTRIES;
  const waiting: Place[] = [{ path: null, depth: null }];
  while (waiting.length > 0) {
    limit.check();
    const some = waiting.splice(-TOGETHER);
    const listed = await Promise.all(some.map(({ path }) => list(path === null ? Buffer.from(root) : BytePath.toFile(root, path))));
    for (const [index, entries] of listed.entries()) {
      left -= entries.length;
      if (left < 0) throw new LookError(`it has more than ${MAX_ENTRIES} files`);
      waiting.push(...visit(some[index]!, entries, walked));
    }
  }
  return walked;
}

type Entry = Awaited<ReturnType<typeof list>>[number];

function visit({ path, depth }: Place, entries: readonly Entry[], walked: Walked): Place[] {
  if (path !== null && entries.some(({ name }) => name === ".git")) {
    walked.nested.push(path);
    return [];
  }
  const next: Place[] = [];
  for (const entry of entries) {
    const inside = path === null ? BytePath.of(entry.name) : BytePath.join(path, BytePath.of(entry.name));
    if (entry.isDirectory()) {
      if (path === null && entry.name === ".git") continue;
      // A scope of packages, `@name`, is no level of its own.
      const step = entry.name.startsWith("@") ? 0 : 1;
      const deeper = depth === null ? (isRemade(entry.name) ? REMADE_DEPTH : null) : depth - step;
      if (deeper !== 0) next.push({ path: inside, depth: deeper });
    } else if (depth === null && isPrecious(entry.name)) walked.named.push(inside);
  }
  return next;
}

/** Lists a folder; one that has gone meanwhile is empty. */
async function list(folder: Buffer) {
  try {
    return await readdir(folder, { withFileTypes: true, encoding: "latin1" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
