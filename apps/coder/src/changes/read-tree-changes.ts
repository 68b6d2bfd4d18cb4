import { z } from "zod";
import { splitNulBytes } from "../platform/git-output.ts";
import type { GitOverlay } from "../platform/git-environment.ts";
import type { Git } from "../platform/git.ts";

const Mode = z.string().regex(/^[0-7]{6}$/);
const Oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const Raw = z.tuple([Mode, Mode, Oid, Oid, z.string().regex(/^[AMDTR][0-9]{0,3}$/)]);
const Count = z.string().regex(/^(?:-|[0-9]+)$/);
const Stat = z.tuple([Count, Count, z.string()]);

/** One path that differs between two trees. Paths are bytes, one a character. */
export interface TreeEntryChange {
  kind: "A" | "M" | "D" | "T" | "R";
  path: string;
  /** Where a renamed file was. */
  previousPath: string | null;
  /** Null where the side does not exist. */
  oldMode: string | null;
  newMode: string | null;
  oldOid: string;
  newOid: string;
}

/** The same with its lines counted. */
export interface TreeChange extends TreeEntryChange {
  additions: number;
  deletions: number;
  /** Git counts no lines in it. */
  binary: boolean;
}

const LISTING = { maxOutputBytes: 256 * 1024 * 1024, limitMs: 60_000 };

/** What differs between two trees, renames paired, in the order of paths. Reads no file of the worktree and no attribute of the repository's. */
export async function readTreeChanges(git: Git, overlay: GitOverlay, from: string, to: string): Promise<TreeChange[]> {
  if (from === to) return [];
  const { stdout } = await git.read(overlay.gitDir, ["diff-tree", "-r", "-z", "-M", "--full-index", "--raw", "--numstat", from, to], {
    overlay: withoutFiles(overlay),
    ...LISTING,
  });
  return parseTreeChanges(stdout);
}

/** Paths that differ between two trees, a renamed file under both its names. */
export async function readChangedPaths(git: Git, overlay: GitOverlay, from: string, to: string): Promise<string[]> {
  if (from === to) return [];
  const { stdout } = await git.read(overlay.gitDir, ["diff-tree", "-r", "-z", "--no-renames", "--name-only", from, to], {
    overlay: withoutFiles(overlay),
    ...LISTING,
  });
  return splitNulBytes(stdout);
}

/** The overlay over nothing: attributes in the worktree shall not decide how trees are shown. */
export function withoutFiles(overlay: GitOverlay): GitOverlay {
  return { ...overlay, workTree: overlay.gitDir };
}

/** Reads `diff-tree -z --raw --numstat`: first all descriptions with their paths, then all counts with theirs. */
function parseTreeChanges(output: Buffer): TreeChange[] {
  const fields = splitNulBytes(output);
  const changes: TreeChange[] = [];
  let place = 0;
  const next = () => z.string().parse(fields[place++]);
  while (fields[place]?.startsWith(":")) {
    changes.push({ ...parseRawChange(next(), next), additions: 0, deletions: 0, binary: false });
  }
  const byPath = new Map(changes.map((change) => [change.path, change]));
  while (place < fields.length) {
    const [additions, deletions, inline] = Stat.parse(/^([^\t]*)\t([^\t]*)\t([^]*)$/.exec(next())?.slice(1));
    // A renamed file's two names follow in fields of their own: the second is the one it has now.
    const path = inline === "" ? [next(), next()][1]! : inline;
    const change = byPath.get(path);
    if (!change) continue;
    change.binary = additions === "-";
    change.additions = change.binary ? 0 : Number(additions);
    change.deletions = change.binary ? 0 : Number(deletions);
  }
  return changes;
}

/** Reads one description of git's raw form; `next` gives the paths that follow it. */
export function parseRawChange(description: string, next: () => string): TreeEntryChange {
  const [oldMode, newMode, oldOid, newOid, status] = Raw.parse(description.slice(1).split(" "));
  const kind = status[0] as TreeEntryChange["kind"];
  const previousPath = kind === "R" ? next() : null;
  return {
    kind,
    path: next(),
    previousPath,
    oldMode: kind === "A" ? null : oldMode,
    newMode: kind === "D" ? null : newMode,
    oldOid,
    newOid,
  };
}
