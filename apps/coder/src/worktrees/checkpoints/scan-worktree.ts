import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../platform/git/git-output.ts";
import type { GitOutput } from "../../platform/git/git.ts";
import { countEntries } from "./raw-index.ts";
import type { RawWorktree } from "./raw-worktree.ts";

/** What is in no index. */
export interface Untracked {
  /** Files, and repositories with a slash at their end. */
  untracked: BytePath[];
  /** Folders that could not be opened, with a slash at their end: what lies in them is known to nobody. */
  unopened: BytePath[];
}

/** Paths that differ from the raw index. */
export interface Scan extends Untracked {
  /** Of files in the index: other bytes, another mode, gone. Some may turn out to be as they were. */
  changed: BytePath[];
}

const LISTING = { maxOutputBytes: 512 * 1024 * 1024, limitMs: 60_000 };
const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty"];
/** Fields before the path, by the kind of a status line. */
const FIELDS_BEFORE_PATH = new Map([
  ["1", 8],
  ["u", 10],
]);

/**
 * Looks at every file. Up to `filesAtOnce` of them one git does it, since starting another takes longer than it saves; beyond that one
 * looks at what is known and one for what is new, at the same time.
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
  // After each description stands its path.
  return { changed: BytePath.split(changed.stdout).filter((_, place) => place % 2 === 1), ...untracked };
}

/** It reads files that look as they were, and dies where one becomes shorter meanwhile: those beside it need not read any. */
function nullWhereDied(error: unknown): null {
  if (error instanceof DomainError && error.fault.kind === "git_failed" && error.fault.exitCode === null) return null;
  throw error;
}

/** What our index does not know; with `--killed` also a repository that stands where it knows a file. */
export async function listUntracked({ git, path, overlay, settings }: RawWorktree, ...besides: "--killed"[]): Promise<Untracked> {
  const listed = await git.read(path, ["ls-files", "-z", "--others", ...besides, "--exclude-standard"], { overlay, settings, ...LISTING });
  return { untracked: [...new Set(BytePath.split(listed.stdout))], unopened: readUnopened(listed.stderr) };
}

/** Git goes on where it may not look, and says so beside its answer: `warning: could not open directory 'x/': Permission denied`. */
function readUnopened(stderr: Buffer): BytePath[] {
  // It cuts off what is longer than 4 kB.
  const warnings = stderr.toString("latin1").matchAll(/^warning: could not open directory '(.*?)(?:\/?': .*)?$/gm);
  return [...new Set(Array.from(warnings, ([, name = ""]) => BytePath.of(`${name}/`)))];
}

/** Reads `status --porcelain=v2 -z` without renames. What differs only from HEAD is no change on disk. */
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
