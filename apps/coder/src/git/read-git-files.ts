import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import type { GitChange, GitFile } from "@boocode/shared/git/git-status";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { BytePath } from "../platform/git/byte-path.ts";
import { decodeBytes, splitNulBytes } from "../platform/git/git-output.ts";
import type { Git } from "../platform/git/git.ts";

/** The changed paths of a worktree, and what is checked out. */
export interface GitFiles {
  head: string | null;
  /** Null: HEAD is on no branch. */
  branch: string | null;
  /** Every changed path by its text, ordered. */
  files: ReadonlyMap<string, FoundFile>;
  /** Names exactly this state of HEAD, index and files. */
  digest: string;
}

export interface FoundFile {
  file: GitFile;
  path: BytePath;
}

const STATUS = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames"];
const MAX_BYTES = 256 * 1024 * 1024;
const LETTERS: Readonly<Record<string, GitChange>> = { A: "added", M: "modified", D: "deleted", T: "typechange" };

/**
 * Reads a worktree's changed paths. A nested repository is not listed: its files are its own. Faults: those of git.
 */
export async function readGitFiles(git: Git, folder: string): Promise<GitFiles> {
  const { stdout } = await git.read(folder, STATUS, { maxOutputBytes: MAX_BYTES });
  const found: FoundFile[] = [];
  const lines: string[] = [];
  let head: string | null = null;
  let branch: string | null = null;
  for (const field of splitNulBytes(stdout)) {
    if (field.startsWith("# branch.oid ")) head = toOid(field.slice("# branch.oid ".length));
    else if (field.startsWith("# branch.head ")) branch = toBranch(decodeBytes(field.slice("# branch.head ".length)));
    if (!/^[12u?] /.test(field)) continue;
    const one = readFile(field);
    if (one === null) continue;
    lines.push(field);
    found.push(one);
  }
  const sorted = found.toSorted((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const onDisk = await describeAll(folder, sorted);
  const digest = createHash("sha256")
    .update(JSON.stringify([head, branch, lines.toSorted(), onDisk]))
    .digest("hex");
  return { head, branch, files: new Map(sorted.map((one) => [one.file.path, one])), digest };
}

const toOid = (text: string) => (/^[0-9a-f]{40,64}$/.test(text) ? text : null);
const toBranch = (name: string) => (name === "(detached)" ? null : name);

/** `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, or `? path`. Null for a nested repository. */
function readFile(field: string): FoundFile | null {
  const kind = field[0];
  if (kind === "?") {
    const path = BytePath.of(field.slice(2));
    const file = { path: BytePath.toText(path), staged: null, unstaged: null, isUntracked: true, isConflict: false };
    return field.endsWith("/") ? null : { path, file };
  }
  const parts = field.split(" ");
  const before = kind === "u" ? 10 : 8;
  if (kind === "2" || parts.length <= before) {
    throw new DomainError({ kind: "git_failed", command: "git status", exitCode: 0, stderrTail: "Its answer was not understood." });
  }
  const path = BytePath.of(parts.slice(before).join(" "));
  const [inIndex = "", onDisk = ""] = parts[1] ?? "";
  const isConflict = kind === "u";
  const staged = isConflict ? null : (LETTERS[inIndex] ?? null);
  const unstaged = isConflict ? "modified" : (LETTERS[onDisk] ?? null);
  return { path, file: { path: BytePath.toText(path), staged, unstaged, isUntracked: false, isConflict } };
}

/** Describes what is on disk as closely as git itself looks before it reads a file again. */
async function describeAll(folder: string, found: readonly FoundFile[]): Promise<string[]> {
  const described: string[] = [];
  // A few at once: there may be tens of thousands.
  for (let place = 0; place < found.length; place += 200) {
    const part = found.slice(place, place + 200).map(({ path }) => describe(BytePath.toFile(folder, path)));
    described.push(...(await Promise.all(part)));
  }
  return described;
}

async function describe(file: Buffer): Promise<string> {
  const found = await lstat(file, { bigint: true }).catch(() => null);
  return found === null ? "" : [found.mode, found.size, found.mtimeNs, found.ctimeNs, found.ino].join(" ");
}
