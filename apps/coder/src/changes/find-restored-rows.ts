import type { Edit } from "@boocode/shared/changes/edits/edit";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import type { AgentId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../platform/git/byte-path.ts";
import { readChain, type ChainStep } from "./blame/read-chain.ts";
import { readTreeChanges, type TreeChange } from "./compare/read-tree-changes.ts";
import { toChangeId } from "./compare/to-change-id.ts";
import { toOperation } from "./compare/to-operation.ts";
import { ChangeDiffer } from "./diffs/change-differ.ts";
import type { FileBlame } from "./blame/plan-blame.ts";
import type { EditPlace } from "./edits/files/edit-place.ts";

/** Of the files whose lines are traced while a restore is written: the rows of more are known by their turns only. */
const MAX_TRACED = 500;

/**
 * Finds the authors of what a restore brings back, line by line: what it writes may be pending again without a row that knows them. `tree` is
 * what the worktree is with it, on top of `tip`. `written` are the bytes of the paths it writes. Rows without a known author are left out.
 *
 * Faults: those of git.
 */
export async function findRestoredRows(
  { git, overlay }: EditPlace,
  worktree: Worktree,
  edit: Edit,
  { tip, tree }: { tip: string; tree: string },
  written: ReadonlySet<string> = new Set(edit.files.map(({ path }) => path)),
): Promise<PendingChange[]> {
  const isWritten = ({ path, previousPath }: TreeChange) =>
    written.has(BytePath.toBytes(path)) || (previousPath !== null && written.has(BytePath.toBytes(previousPath)));
  const [pending, chain, own] = await Promise.all([
    readTreeChanges(git, overlay, worktree.baseTree, tree),
    readChain(git, overlay, worktree, worktree.lastCheckpoint ?? worktree.baseCommit),
    readTreeChanges(git, overlay, tip, tree),
  ]);
  const steps: ChainStep[] = [...chain, { place: chain.length, commit: "", at: 0, by: "base", changes: own }];
  const changes = new Map(
    pending.filter((change) => isWritten(change) && !change.binary).map((change) => [toChangeId(worktree.id, change), change]),
  );
  const requests = [...changes].slice(0, MAX_TRACED).map(([changeId, change]) => ({ changeId, change, agent: null, chain: steps }));
  const rows: PendingChange[] = [];
  for await (const { request, blame } of new ChangeDiffer(git).diff(overlay, requests)) {
    const row = blame && toRow(edit, changes.get(request.changeId)!, request.changeId, blame);
    if (row) rows.push(row);
  }
  return rows;
}

/**
 * Finds the authors of the rows that the undo of `undone` brings back without knowing them: of files that others have touched meanwhile, who
 * may have made them again just as they were, and of files that had no row. Parameters and faults are those of {@link findRestoredRows}.
 */
export async function findReturnedRows(
  place: EditPlace,
  worktree: Worktree,
  undone: Edit,
  trees: { tip: string; tree: string },
): Promise<PendingChange[]> {
  const chain = await readChain(place.git, place.overlay, worktree, worktree.lastCheckpoint ?? worktree.baseCommit);
  const authors = new Map<BytePath, Set<AgentId | null>>();
  for (const { by, changes } of chain) {
    if (by === "base") continue;
    for (const name of changes.flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath])))
      authors.set(name, (authors.get(name) ?? new Set()).add(by.agent));
  }
  const known = new Set(undone.judged.flatMap(({ row: { path, previousPath = path } }) => [path, previousPath].map(toBytes)));
  const touched = undone.judged.flatMap(({ row: { path, previousPath = path, agents } }) =>
    [path, previousPath].map(BytePath.ofText).filter((name) => [...(authors.get(name) ?? [])].some((by) => !agents.includes(by))),
  );
  // A file that was as in its base when it was written had no row; its base may have moved since.
  const unknown = undone.files.flatMap(({ root, path }) => (root === "worktree" && !known.has(path) ? [path] : []));
  const written = new Set([...touched.map(BytePath.toBytes), ...unknown]);
  return written.size === 0 ? [] : await findRestoredRows(place, worktree, undone, trees, written);
}

const toBytes = (path: string) => BytePath.toBytes(BytePath.ofText(path));

function toRow(
  { sessionId, judged }: Edit,
  change: TreeChange,
  id: PendingChange["id"],
  { lines, removed }: FileBlame,
): PendingChange | null {
  const steps = [...new Set([...lines, ...removed])].filter((by): by is ChainStep => by !== "base" && by !== null);
  const writers = steps.toSorted((a, b) => b.place - a.place).flatMap(({ by }) => (by === "base" ? [] : [by]));
  const [latest] = writers;
  if (!latest) return null;
  const { additions, deletions, binary } = change;
  const path = BytePath.toText(change.path);
  return {
    id,
    sessionId,
    path,
    ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
    operation: toOperation(change),
    location: "worktree",
    agent: latest.agent,
    agents: [...new Set(writers.map(({ agent }) => agent))],
    chatIds: [...new Set(writers.flatMap(({ chatId }) => chatId ?? []))],
    taskIds: [...new Set(writers.flatMap(({ taskId }) => taskId ?? []))],
    additions,
    deletions,
    binary,
    evidence: judged.find(({ row }) => row.path === path)?.row.evidence ?? "inferred",
    state: "pending",
    stale: false,
  };
}
