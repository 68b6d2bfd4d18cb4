import { DomainError } from "@boocode/shared/faults/domain-error";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { withScratchTrees } from "./scratch-trees.ts";

/** Two contents by git object id; null is a side that does not exist. */
export interface ContentPair {
  from: string | null;
  to: string | null;
}

export interface CompareManyInput {
  /** Compared with three unchanged lines around each change. */
  shown: readonly ContentPair[];
  /** Compared without unchanged lines, and always exactly. */
  traced: readonly ContentPair[];
  /** Contents whose lines are counted. */
  counted: readonly string[];
  /** Ignores changes of white space in `shown`. */
  ignoreWhitespace: boolean;
  /** The limit of each answer of git, in bytes. */
  maxOutputBytes: number;
}

/** What git printed, each file under its place in the input: patches for `splitPatches`, counts for `readCounts`. */
export interface ComparedMany {
  shown: Buffer;
  traced: Buffer;
  counts: Buffer;
}

const LIMIT_MS = 60_000;
const NONE = Buffer.alloc(0);

/**
 * Compares many contents with at most four gits. Returns null if an answer of git is larger than `maxOutputBytes`. The contents have to be in
 * the object store.
 */
export async function compareMany(git: Git, overlay: GitOverlay, input: CompareManyInput): Promise<ComparedMany | null> {
  const { shown, traced, counted, ignoreWhitespace, maxOutputBytes } = input;
  if (shown.length + traced.length + counted.length === 0) return { shown: NONE, traced: NONE, counts: NONE };
  const sides = (pairs: readonly ContentPair[]) => [pairs.map(({ from }) => from), pairs.map(({ to }) => to)];
  try {
    return await withScratchTrees(git, overlay, [...sides(shown), ...sides(traced), [], counted], async (scratch, ids) => {
      const [shownFrom, shownTo, tracedFrom, tracedTo, empty, all] = ids as [string, string, string, string, string, string];
      const compare = async (from: string, to: string, flags: readonly string[]) => {
        if (from === to) return NONE;
        const argv = ["diff-tree", "-r", "--no-renames", "--full-index", ...flags, from, to];
        return (await git.read(scratch.gitDir, argv, { overlay: scratch, maxOutputBytes, limitMs: LIMIT_MS })).stdout;
      };
      const [shownPatch, tracedPatch, counts] = await Promise.all([
        compare(shownFrom, shownTo, ["-p", "--unified=3", ...(ignoreWhitespace ? ["--ignore-all-space"] : [])]),
        compare(tracedFrom, tracedTo, ["-p", "--unified=0"]),
        compare(empty, all, ["--numstat"]),
      ]);
      return { shown: shownPatch, traced: tracedPatch, counts };
    });
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "git_output_too_large") return null;
    throw error;
  }
}

/** Reads the line counts of `diff-tree --numstat`, by the file's name. A binary file has no lines. */
export function readCounts(output: Buffer): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of output.toString("latin1").split("\n")) {
    const [added = "", , name] = line.split("\t");
    if (name !== undefined) counts.set(name, added === "-" ? 0 : Number(added));
  }
  return counts;
}
