import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import type { AgentId, ChangeId } from "@boocode/shared/ids";
import type { GitOverlay } from "../platform/git/git-environment.ts";
import { BytePath } from "../platform/git/byte-path.ts";
import type { Git } from "../platform/git/git.ts";
import type { FileBlame } from "./blame/blame-file.ts";
import { compareContents, MAX_COMPARED_BYTES, SUBMODULE } from "./compare/compare-contents.ts";
import type { ChainStep } from "./blame/read-chain.ts";
import { readHunks, type Hunk } from "./compare/read-hunks.ts";
import { withoutFiles, type TreeEntryChange } from "./compare/read-tree-changes.ts";
import { toPatchHeader } from "./compare/to-patch-header.ts";

/** More than a person reads and more than a page should render. */
const MAX_PATCH_BYTES = 1024 * 1024;
const MAX_PATCH_LINES = 20_000;

export interface DiffInput {
  change: TreeEntryChange;
  changeId: ChangeId;
  /** The author of a hunk whose lines do not determine one. */
  agent: AgentId | null;
  /** If null, every hunk is the agent's. */
  blame: FileBlame | null;
}

/** Builds the unified patch of one change, from git objects alone. */
export async function diffChange(git: Git, overlay: GitOverlay, { change, changeId, agent, blame }: DiffInput): Promise<ChangeDiff> {
  const [oldBytes, newBytes] = await Promise.all([
    sizeOf(git, overlay, change.oldMode, change.oldOid),
    sizeOf(git, overlay, change.newMode, change.newOid),
  ]);
  const frame = {
    changeId,
    path: BytePath.toText(change.path),
    ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
    oldMode: change.oldMode,
    newMode: change.newMode,
    oldBytes,
    newBytes,
  };
  const without = (view: Exclude<ChangeDiff["view"], "text">): ChangeDiff => ({ ...frame, view, patch: "", hunks: [] });

  if (change.oldOid === change.newOid) return without(change.oldMode === change.newMode ? "empty" : "mode");
  const patches: string[] = [];
  const hunks: Hunk[] = [];
  for (const part of toParts(change)) {
    const bytes = Math.max(oldBytes ?? 0, newBytes ?? 0);
    const body = isSubmodule(part) ? toSubmoduleBody(part) : await compare(git, overlay, part, bytes);
    if (body === "too_large" || body === "binary") return without(body);
    patches.push(toPatchHeader(part, body !== ""), body);
    hunks.push(...readHunks(body));
  }
  // An empty file was added or deleted.
  if (hunks.length === 0) return without("empty");
  return { ...frame, view: "text", patch: patches.join(""), hunks: hunks.map((hunk) => toDiffHunk(hunk, blame, agent)) };
}

/** Splits a change between a file and a link into a deletion and an addition: no patch turns one into the other. */
function toParts(change: TreeEntryChange): TreeEntryChange[] {
  const { oldMode, newMode, oldOid, path, previousPath } = change;
  if (oldMode === null || newMode === null || oldMode.slice(0, 3) === newMode.slice(0, 3)) return [change];
  const none = "0".repeat(oldOid.length);
  return [
    { ...change, kind: "D", path: previousPath ?? path, previousPath: null, newMode: null, newOid: none },
    { ...change, kind: "A", previousPath: null, oldMode: null, oldOid: none },
  ];
}

async function compare(git: Git, overlay: GitOverlay, change: TreeEntryChange, bytes: number): Promise<string> {
  if (bytes > MAX_COMPARED_BYTES) return "too_large";
  const compared = await compareContents(
    git,
    overlay,
    change.oldMode === null ? await emptyBlob(git, overlay) : change.oldOid,
    change.newMode === null ? await emptyBlob(git, overlay) : change.newOid,
    { maxOutputBytes: MAX_PATCH_BYTES },
  );
  if (typeof compared === "string") return compared;
  return compared.text.split("\n", MAX_PATCH_LINES + 2).length > MAX_PATCH_LINES + 1 ? "too_large" : compared.text;
}

/** Returns the empty blob, storing it if it is missing: git compares only objects it can find. */
async function emptyBlob(git: Git, overlay: GitOverlay): Promise<string> {
  return (await git.write(overlay.gitDir, ["hash-object", "-w", "-t", "blob", "--stdin"], { overlay: withoutFiles(overlay), stdin: "" }))
    .text;
}

async function sizeOf(git: Git, overlay: GitOverlay, mode: string | null, oid: string): Promise<number | null> {
  if (mode === null || mode === SUBMODULE) return null;
  return Number((await git.read(overlay.gitDir, ["cat-file", "-s", oid], { overlay: withoutFiles(overlay) })).text);
}

const isSubmodule = ({ oldMode, newMode }: TreeEntryChange) => oldMode === SUBMODULE || newMode === SUBMODULE;

function toSubmoduleBody({ oldMode, newMode, oldOid, newOid }: TreeEntryChange): string {
  const removed = oldMode === SUBMODULE ? [`-Subproject commit ${oldOid}`] : [];
  const added = newMode === SUBMODULE ? [`+Subproject commit ${newOid}`] : [];
  const range = (lines: readonly string[]) => (lines.length === 0 ? "0,0" : "1");
  return `${[`@@ -${range(removed)} +${range(added)} @@`, ...removed, ...added].join("\n")}\n`;
}

function toDiffHunk(hunk: Hunk, blame: FileBlame | null, agent: AgentId | null): ChangeDiff["hunks"][number] {
  const { oldStart, oldLines, newStart, newLines } = hunk;
  const agents = blame === null ? [agent] : agentsOf(hunk, blame, agent);
  return { oldStart, oldLines, newStart, newLines, agent: agents[0]!, agents };
}

/** Lists everyone who added or deleted a line of the hunk, last first. */
function agentsOf({ added, deleted }: Hunk, blame: FileBlame, otherwise: AgentId | null): [AgentId | null, ...(AgentId | null)[]] {
  const steps = new Set<ChainStep>();
  for (const line of added) addStep(steps, blame.lines[line - 1]);
  for (const line of deleted) addStep(steps, blame.removed[line - 1]);
  const inOrder = [...steps].toSorted((a, b) => b.place - a.place);
  const [last = otherwise, ...earlier] = new Set(inOrder.map(({ by }) => (by === "base" ? otherwise : by.agent)));
  return [last, ...earlier];
}

function addStep(steps: Set<ChainStep>, by: ChainStep | "base" | null | undefined): void {
  if (by && by !== "base") steps.add(by);
}
