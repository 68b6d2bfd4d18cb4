import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { AgentId, ChangeId } from "@boocode/shared/ids";
import { toText } from "../platform/git-output.ts";
import type { GitOverlay } from "../platform/git-environment.ts";
import type { Git } from "../platform/git.ts";
import { toPatchHeader } from "./to-patch-header.ts";
import { withoutFiles, type TreeChange } from "./read-tree-changes.ts";

/** More than a person reads, and more than a page should draw. */
const MAX_PATCH_BYTES = 1024 * 1024;
const MAX_PATCH_LINES = 20_000;
/** Of either side: beyond it git is not even asked to compare. */
const MAX_COMPARED_BYTES = 32 * 1024 * 1024;
const SUBMODULE = "160000";

export interface DiffInput {
  change: TreeChange;
  changeId: ChangeId;
  agent: AgentId | null;
}

/** One change as a unified patch, from the objects alone. */
export async function diffChange(git: Git, overlay: GitOverlay, { change, changeId, agent }: DiffInput): Promise<ChangeDiff> {
  const [oldBytes, newBytes] = await Promise.all([
    sizeOf(git, overlay, change.oldMode, change.oldOid),
    sizeOf(git, overlay, change.newMode, change.newOid),
  ]);
  const frame = {
    changeId,
    path: toText(change.path),
    ...(change.previousPath !== null && { previousPath: toText(change.previousPath) }),
    oldMode: change.oldMode,
    newMode: change.newMode,
    oldBytes,
    newBytes,
  };
  const without = (view: Exclude<ChangeDiff["view"], "text">): ChangeDiff => ({ ...frame, view, patch: "", hunks: [] });

  if (change.oldOid === change.newOid) return without(change.oldMode === change.newMode ? "empty" : "mode");
  const body = isSubmodule(change) ? toSubmoduleBody(change) : await compare(git, overlay, change, Math.max(oldBytes ?? 0, newBytes ?? 0));
  if (body === "too_large" || body === "binary") return without(body);
  // An empty file came or went.
  if (body === "") return without("empty");
  const hunks = readHunks(body, agent);
  return { ...frame, view: "text", patch: `${toPatchHeader(change)}${body}`, hunks };
}

async function compare(git: Git, overlay: GitOverlay, change: TreeChange, bytes: number): Promise<string> {
  if (bytes > MAX_COMPARED_BYTES) return "too_large";
  const own = { overlay: withoutFiles(overlay) };
  const sides = [
    change.oldMode === null ? await emptyBlob(git, overlay) : change.oldOid,
    change.newMode === null ? await emptyBlob(git, overlay) : change.newOid,
  ];
  try {
    const { stdout } = await git.read(overlay.gitDir, ["diff", "--full-index", ...sides], { ...own, maxOutputBytes: MAX_PATCH_BYTES });
    const text = stdout.toString("utf8");
    const start = /^@@ /m.exec(text)?.index;
    if (start === undefined) return /^Binary files /m.test(text) ? "binary" : "";
    const body = text.slice(start);
    return body.split("\n", MAX_PATCH_LINES + 2).length > MAX_PATCH_LINES + 1 ? "too_large" : body;
  } catch (error) {
    if (error instanceof DomainError && error.fault.kind === "git_output_too_large") return "too_large";
    throw error;
  }
}

/** The empty file, stored where it is not yet: git compares only what it can find. */
async function emptyBlob(git: Git, overlay: GitOverlay): Promise<string> {
  return (await git.write(overlay.gitDir, ["hash-object", "-w", "-t", "blob", "--stdin"], { overlay: withoutFiles(overlay), stdin: "" }))
    .text;
}

async function sizeOf(git: Git, overlay: GitOverlay, mode: string | null, oid: string): Promise<number | null> {
  if (mode === null || mode === SUBMODULE) return null;
  return Number((await git.read(overlay.gitDir, ["cat-file", "-s", oid], { overlay: withoutFiles(overlay) })).text);
}

const isSubmodule = ({ oldMode, newMode }: TreeChange) => oldMode === SUBMODULE || newMode === SUBMODULE;

function toSubmoduleBody({ oldMode, newMode, oldOid, newOid }: TreeChange): string {
  const removed = oldMode === SUBMODULE ? [`-Subproject commit ${oldOid}`] : [];
  const added = newMode === SUBMODULE ? [`+Subproject commit ${newOid}`] : [];
  const range = (lines: readonly string[]) => (lines.length === 0 ? "0,0" : "1");
  return `${[`@@ -${range(removed)} +${range(added)} @@`, ...removed, ...added].join("\n")}\n`;
}

/** Places of the hunks in a patch's body. A line of a file that looks like a hunk's head begins with its own mark, so it is never taken for one. */
function readHunks(body: string, agent: AgentId | null): ChangeDiff["hunks"] {
  return [...body.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(
    ([, oldStart, oldLines = "1", newStart, newLines = "1"]) => ({
      oldStart: Number(oldStart),
      oldLines: Number(oldLines),
      newStart: Number(newStart),
      newLines: Number(newLines),
      agent,
    }),
  );
}
