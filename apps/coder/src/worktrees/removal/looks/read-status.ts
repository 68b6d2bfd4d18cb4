import { BytePath } from "../../../platform/git/byte-path.ts";
import { splitNulBytes } from "../../../platform/git/git-output.ts";
import type { Git } from "../../../platform/git/git.ts";
import { LookError, type Limit } from "./limit.ts";

/** A tracked path that differs from HEAD, on disk or in the index. */
export interface Differing {
  path: BytePath;
  /** What HEAD and the index have; null for a conflict, whose sides are many. */
  states: { head: IndexState; index: IndexState } | null;
  /** Whether the index differs from HEAD. */
  isStaged: boolean;
  /** Whether the index holds content that is neither HEAD's nor on disk, so that the file on disk does not tell all. */
  isIndexOwn: boolean;
}

/** The mode and the id of a path's content; null: none. */
export type IndexState = { mode: string; oid: string } | null;

export interface StatusLook {
  /** HEAD's commit; null before the first commit of a branch. */
  head: string | null;
  /** The branch that is checked out; null if HEAD is detached. */
  branch: string | null;
  differing: Differing[];
  /** Files that git does not know. */
  untracked: BytePath[];
  /** Ignored files, and folders of which all is ignored, the latter with a trailing slash. */
  ignored: BytePath[];
  /** The lines about the index and HEAD: its modes and object ids, for the consent. */
  lines: string[];
}

const STATUS = [
  "status",
  "--porcelain=v2",
  "-z",
  "--branch",
  "--untracked-files=all",
  "--ignored=matching",
  "--no-renames",
  "--ignore-submodules=dirty",
];
/** What a repository may set to make git look less closely. */
const CLOSELY = [
  ["core.untrackedCache", "false"],
  ["core.trustctime", "true"],
  ["core.checkStat", "default"],
  ["core.useReplaceRefs", "false"],
] as const;
const OID = /^[0-9a-f]{40,64}$/;
const NO_OID = /^0+$/;

/** Asks git about a worktree's files and its index. Rejects if git could not look everywhere, or answers something unexpected. */
export async function readStatus(git: Git, path: string, limit: Limit): Promise<StatusLook> {
  const output = await git.read(path, STATUS, { settings: CLOSELY, limitMs: limit.leftMs, maxOutputBytes: 256 * 1024 * 1024 });
  const unopened = /^warning: could not open directory '(.*?)(?:\/?': .*)?$/m.exec(output.stderr.toString("utf8"));
  if (unopened) throw new LookError(`the folder ${unopened[1]} cannot be opened`);
  const look: StatusLook = { head: null, branch: null, differing: [], untracked: [], ignored: [], lines: [] };
  let isWhole = false;
  for (const field of splitNulBytes(output.stdout)) {
    const kind = field[0];
    if (field.startsWith("# branch.oid ")) {
      const oid = field.slice("# branch.oid ".length);
      isWhole = oid === "(initial)" || OID.test(oid);
      look.head = OID.test(oid) ? oid : null;
    } else if (field.startsWith("# branch.head ")) {
      const name = Buffer.from(field.slice("# branch.head ".length), "latin1").toString("utf8");
      look.branch = name === "(detached)" ? null : name;
    } else if (kind === "?") look.untracked.push(BytePath.of(field.slice(2)));
    else if (kind === "!") look.ignored.push(BytePath.of(field.slice(2)));
    else if (kind === "1" || kind === "u") look.differing.push(readDiffering(field));
    else if (kind !== "#") throw new LookError("git's answer was not understood");
    if (kind === "1" || kind === "u" || kind === "?") look.lines.push(field);
  }
  if (!isWhole) throw new LookError("git did not say what HEAD is");
  return look;
}

/** `1 XY sub mH mI mW hH hI path`, or `u XY sub m1 m2 m3 mW h1 h2 h3 path`. */
function readDiffering(field: string): Differing {
  const isConflict = field.startsWith("u");
  const parts = field.split(" ");
  const before = isConflict ? 10 : 8;
  const path = BytePath.of(parts.slice(before).join(" "));
  if (parts.length <= before) throw new LookError("git's answer was not understood");
  const [, state = "", submodule = "", headMode = "", indexMode = "", , headOid = "", indexOid = ""] = parts;
  const [inIndex, onDisk] = state;
  const [head, index] = [toState(headMode, headOid), toState(indexMode, indexOid)];
  // Another repository's commit may be nowhere else; a conflict has its sides only in the index.
  const isIndexOwn = isConflict || submodule.startsWith("S") || (inIndex !== "." && onDisk !== "." && index !== null);
  // What is only intended to be added is in the index without content.
  const isStaged = inIndex !== "." || head === null;
  return { path, states: isConflict ? null : { head, index }, isStaged, isIndexOwn };
}

const toState = (mode: string, oid: string): IndexState => (/^0+$/.test(mode) || NO_OID.test(oid) ? null : { mode, oid });
