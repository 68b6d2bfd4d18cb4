import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import type { TurnDiff, TurnFile } from "@boocode/shared/changes/turn-diff";
import type { ChangeId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import { readTreeChanges, type TreeChange } from "../compare/read-tree-changes.ts";
import { toChangeId, toStagedChangeId } from "../compare/to-change-id.ts";
import { toOperation } from "../compare/to-operation.ts";
import { readChain } from "../blame/read-chain.ts";
import { splitTurn } from "../edits/split-turn.ts";
import type { ChangeDiffer } from "./change-differ.ts";

/** The limits of the list: how many files it has, and how many of them come with a patch, up to which size. */
const MAX_FILES = 2_000;
const MAX_DIFFS = 200;
const MAX_PATCH_CHARACTERS = 8 * 1024 * 1024;

export interface TurnDiffInput {
  git: Git;
  differ: ChangeDiffer;
  overlay: GitOverlay;
  worktree: Worktree;
  task: Task;
  /** The checkpoints before and after the turn. */
  before: string;
  after: string;
  /** What the person saved by hand while it ran, oldest first. */
  saves: Parameters<typeof splitTurn>[1];
  /** What it staged, as it is staged now. */
  staged: readonly TreeChange[];
}

interface ListedChange {
  change: TreeChange;
  changeId: ChangeId;
  location: TurnFile["location"];
}

/**
 * Returns what a turn changed, file by file: all changed files, with patches as long as they fit. A file that only the person saved meanwhile
 * is none of them.
 */
export async function diffTurn(input: TurnDiffInput): Promise<Pick<TurnDiff, "files" | "moreFiles">> {
  const { git, differ, overlay, worktree, task, before, after } = input;
  const { agents: changes, shared } = splitTurn(await readTreeChanges(git, overlay, before, after), input.saves);
  // What the person saved in a file of the turn's is known line by line.
  const chain = shared.size === 0 ? null : await readChain(git, overlay, { ...worktree, baseCommit: before }, after);
  const chainOf = ({ path, binary }: TreeChange) => (binary || !shared.has(BytePath.toBytes(path)) ? null : chain);
  const written = changes.map((change): ListedChange => ({ change, changeId: toChangeId(worktree.id, change), location: "worktree" }));
  const staged = input.staged.map((change): ListedChange => ({
    change,
    changeId: toStagedChangeId(worktree.id, change),
    location: "staged",
  }));
  const all = [...written, ...staged];
  const listed = all.slice(0, MAX_FILES);
  const requests = listed
    .slice(0, MAX_DIFFS)
    .map(({ change, changeId }) => ({ change, changeId, agent: task.agent, chain: chainOf(change) }));
  const diffs = new Map<ChangeId, ChangeDiff>();
  let room = MAX_PATCH_CHARACTERS;
  for await (const { request, diff } of differ.diff(overlay, requests)) {
    room -= diff.patch.length;
    if (room < 0) break;
    diffs.set(request.changeId, diff);
  }
  const files = listed.map((each) => toTurnFile(each, diffs.get(each.changeId) ?? null));
  return { files, moreFiles: all.length - files.length };
}

function toTurnFile({ change, changeId: id, location }: ListedChange, diff: ChangeDiff | null): TurnFile {
  return {
    id,
    path: BytePath.toText(change.path),
    ...(change.previousPath !== null && { previousPath: BytePath.toText(change.previousPath) }),
    operation: toOperation(change),
    location,
    additions: change.additions,
    deletions: change.deletions,
    binary: change.binary,
    diff,
  };
}
