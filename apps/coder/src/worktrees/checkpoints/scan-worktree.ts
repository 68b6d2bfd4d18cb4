import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { GitOutput } from "../../platform/git/git.ts";
import { countEntries } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";

/** Paths that are in no index. */
export interface Untracked {
  /** Files and nested repositories, the latter with a trailing slash. */
  untracked: BytePath[];
  /** Folders that could not be opened, with a trailing slash: their contents are unknown. */
  unopened: BytePath[];
}

/** Paths that differ from the raw index. */
export interface Scan extends Untracked {
  /** Files of the index with different bytes or mode, or that are gone. Some may turn out to be unchanged. */
  changed: BytePath[];
}

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty"];
/** The number of fields before the path, by the kind of status line. */
const FIELDS_BEFORE_PATH = new Map([
  ["1", 8],
  ["u", 10],
]);

/**
 * Checks every file. Up to `filesAtOnce` files, a single git does it, since starting another takes longer than it saves; above that, one
 * git checks known files while another looks for new ones.
 */
export async function scanWorktree(worktree: RawWorktree, filesAtOnce: number): Promise<Scan> {
  const { git, path, overlay, settings } = worktree;
  const own = { overlay, settings, ...LISTING };
  if ((await countEntries(overlay.gitDir)) <= filesAtOnce) {
    const status = await git.read(path, STATUS, own).catch(nullWhereDied);
    if (status !== null) return readStatus(status);
  }
  const [untracked, changed] = await Promise.all([
    listUntracked(worktree),
    git.read(path, ["diff-files", "-z", "--raw", "--ignore-submodules=dirty"], own),
  ]);
  // Each description is followed by its path.
  return { changed: BytePath.split(changed.stdout).filter((_, place) => place % 2 === 1), ...untracked };
}

/**
 * Returns null if git died, else rethrows. This git reads files that look unchanged, and dies if one is truncated meanwhile; the others
 * need not read any.
 */
function nullWhereDied(error: unknown): null {
  if (error instanceof DomainError && error.fault.kind === "git_failed" && error.fault.exitCode === null) return null;
  throw error;
}

/** Lists paths missing from our index; with `--killed` also nested repositories in the place of indexed files. */
export async function listUntracked({ git, path, overlay, settings }: RawWorktree, ...besides: "--killed"[]): Promise<Untracked> {
  const listed = await git.read(path, ["ls-files", "-z", "--others", ...besides, "--exclude-standard"], { overlay, settings, ...LISTING });
  return { untracked: [...new Set(BytePath.split(listed.stdout))], unopened: readUnopened(listed.stderr) };
}

/**
 * Parses the folders that git could not open. Git continues past them, and reports them on stderr: `warning: could not open directory 'x/':
 * Permission denied`.
 */
function readUnopened(stderr: Buffer): BytePath[] {
  // Git truncates messages longer than 4 kB.
  const warnings = stderr.toString("latin1").matchAll(/^warning: could not open directory '(.*?)(?:\/?': .*)?$/gm);
  return [...new Set(Array.from(warnings, ([, name = ""]) => BytePath.of(`${name}/`)))];
}

/** Parses `status --porcelain=v2 -z` without renames. A difference from HEAD alone is no change on disk. */
function readStatus({ stdout, stderr }: GitOutput): Scan {
  const scan: Scan = { changed: [], untracked: [], unopened: readUnopened(stderr) };
  for (const field of splitNulBytes(stdout)) {
    const kind = field[0] ?? "";
    if (kind === "?") scan.untracked.push(BytePath.of(field.slice(2)));
    const before = FIELDS_BEFORE_PATH.get(kind);
    if (before === undefined || (kind === "1" && field[3] === ".")) continue;
    let place = 0;
    for (let left = before; left > 0; left--) place = field.indexOf(" ", place) + 1;
    scan.changed.push(BytePath.of(field.slice(place)));
  }
  return scan;
}
