import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";

// Expressions and not schemas: there may be ten thousand lines.
const RAW = /^:([0-7]{6}) ([0-7]{6}) ([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([AMDTR])[0-9]{0,3}$/;
const STAT = /^(-|[0-9]+)\t(-|[0-9]+)\t([^]*)$/;

/** One path that differs between two trees. */
export interface TreeEntryChange {
  kind: "A" | "M" | "D" | "T" | "R";
  path: BytePath;
  /** The old path of a renamed file. */
  previousPath: BytePath | null;
  /** Null if that side does not exist. */
  oldMode: string | null;
  newMode: string | null;
  oldOid: string;
  newOid: string;
}

/** A difference with its line counts. */
export interface TreeChange extends TreeEntryChange {
  additions: number;
  deletions: number;
  /** True if git counts no lines in it. */
  binary: boolean;
}

const LISTING = { maxOutputBytes: 256 * 1024 * 1024, limitMs: 60_000 };

/**
 * Reads the differences between two trees, with renames paired, ordered by path. Reads no file of the worktree and no attributes of the
 * repository.
 */
export async function readTreeChanges(git: Git, overlay: GitOverlay, from: string, to: string): Promise<TreeChange[]> {
  if (from === to) return [];
  const { stdout } = await git.read(overlay.gitDir, ["diff-tree", "-r", "-z", "-M", "--full-index", "--raw", "--numstat", from, to], {
    overlay: withoutFiles(overlay),
    ...LISTING,
  });
  return new ChangeReader(stdout).readChanges();
}

/** Reads the differences of several pairs of trees at once; trees are named by their ids. */
export async function compareTrees(git: Git, overlay: GitOverlay, pairs: readonly (readonly [string, string])[]): Promise<TreeChange[][]> {
  const { stdout } = await git.read(overlay.gitDir, ["diff-tree", "--stdin", "-r", "-z", "-M", "--full-index", "--raw", "--numstat"], {
    overlay: withoutFiles(overlay),
    stdin: pairs.map(([from, to]) => `${from} ${to}\n`).join(""),
    ...LISTING,
  });
  const reader = new ChangeReader(stdout);
  return pairs.map(([from, to]) => {
    reader.expect(`${from} ${to}\n`);
    return reader.readChanges();
  });
}

/** Returns the overlay over an empty worktree: attributes in the worktree must not affect how trees are compared. */
export function withoutFiles(overlay: GitOverlay): GitOverlay {
  return { ...overlay, workTree: overlay.gitDir };
}

/** Reads `diff-tree -z --raw --numstat`. */
class ChangeReader {
  readonly #fields: string[];
  #place = 0;

  constructor(output: Buffer) {
    this.#fields = splitNulBytes(output);
  }

  /** Consumes the heading of a comparison, which shares a field with its beginning. */
  expect(head: string): void {
    const field = this.#fields[this.#place];
    if (!field?.startsWith(head)) throw new Error(`Git did not compare ${head.trim()}`);
    const rest = field.slice(head.length);
    if (rest === "" && this.#place === this.#fields.length - 1) this.#place++;
    else this.#fields[this.#place] = rest;
  }

  /** Reads one comparison: all descriptions with their paths, then all counts with theirs. */
  readChanges(): TreeChange[] {
    const changes: TreeChange[] = [];
    while (this.#fields[this.#place]?.startsWith(":")) {
      changes.push({ ...parseRawChange(this.#next(), () => this.#next()), additions: 0, deletions: 0, binary: false });
    }
    const byPath = new Map(changes.map((change) => [change.path, change]));
    while (/^(?:-|[0-9]+)\t/.test(this.#fields[this.#place] ?? "")) this.#readCount(byPath);
    return changes;
  }

  #readCount(byPath: ReadonlyMap<BytePath, TreeChange>): void {
    const [, additions, deletions, inline] = requireRead(STAT.exec(this.#next()));
    // The two names of a renamed file follow in fields of their own; the second is the current one.
    const path = BytePath.of(inline === "" ? [this.#next(), this.#next()][1]! : inline!);
    const change = byPath.get(path);
    if (!change) return;
    change.binary = additions === "-";
    change.additions = change.binary ? 0 : Number(additions);
    change.deletions = change.binary ? 0 : Number(deletions);
  }

  #next(): string {
    return requireRead(this.#fields[this.#place++]);
  }
}

/** Parses one description in git's raw format; `next` returns the paths that follow it. */
export function parseRawChange(description: string, next: () => string): TreeEntryChange {
  const [, oldMode = "", newMode = "", oldOid = "", newOid = "", status] = requireRead(RAW.exec(description));
  const kind = status as TreeEntryChange["kind"];
  const previousPath = kind === "R" ? BytePath.of(next()) : null;
  return {
    kind,
    path: BytePath.of(next()),
    previousPath,
    oldMode: kind === "A" ? null : oldMode,
    newMode: kind === "D" ? null : newMode,
    oldOid,
    newOid,
  };
}

function requireRead<T>(read: T | null | undefined): T {
  if (read == null) throw new Error("Git's list of changes could not be read");
  return read;
}
