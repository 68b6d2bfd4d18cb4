import { isSameState, type BaseMove, type FileState } from "@boocode/shared/changes/edits/file-edit";
import type { Edit, EditKind } from "@boocode/shared/changes/edits/edit";
import { stagedState, type StagedEdit, type StagedStep } from "@boocode/shared/changes/staged/staged-edit";
import { BytePath } from "../platform/git/byte-path.ts";
import type { CheckpointStep } from "../worktrees/checkpoints/checkpoint-step.ts";
import type { EditPlace } from "./edits/files/edit-place.ts";
import { planMovedTree } from "./edits/plan-moved-tree.ts";

/** The kinds of edits that write what was staged; others drop it, or stage it again. */
const WRITING: ReadonlySet<EditKind> = new Set(["write_staged", "apply"]);

/** What one author made of some paths at one time. */
interface AuthoredMoves {
  by: Pick<StagedStep, "agent" | "chatId" | "taskId" | "at">;
  states: Map<string, FileState>;
}

/**
 * Stores the tree after each author's part of the staged edits that an edit writes to the worktree, from the newest checkpoint's tree on, so
 * that every line stays that of who staged it. Empty if the edit writes nothing that was staged, or if the checkpoint has its files already,
 * as after a crash. Faults: those of git.
 */
export async function planAuthorSteps(place: EditPlace, tip: string, edit: Edit): Promise<CheckpointStep[]> {
  if (!WRITING.has(edit.kind)) return [];
  const now = new Map(listWritten(edit).map(({ path, before }) => [path, before]));
  const steps: CheckpointStep[] = [];
  let tree = tip;
  for (const { by, states } of toAuthoredMoves(edit)) {
    const moved = [...states].flatMap(([path, to]): BaseMove[] => {
      const from = now.get(path) ?? null;
      now.set(path, to);
      return isSameState(from, to) ? [] : [{ path, from, to }];
    });
    const trees = await planMovedTree(place.git, place.overlay, tree, moved).catch((error: unknown) => {
      if (isMovedOn(error)) return null;
      throw error;
    });
    if (trees === null) return [];
    await place.contents.storeTrees(trees);
    tree = trees.at(-1)?.oid ?? tree;
    if (trees.length > 0) steps.push({ tree, author: by.agent, chatId: by.chatId, taskId: by.taskId });
  }
  return steps;
}

/**
 * Puts the steps of all staged edits in order, joined where one author follows itself. A file that was merged, or of which only some hunks
 * were chosen, is one step of its last author. Where a file takes the place of a folder, all of it is one step.
 */
function toAuthoredMoves(edit: Edit): AuthoredMoves[] {
  const results = new Map(listWritten(edit).map((file) => [file.path, file]));
  const folders = new Set([...results.keys()].flatMap(foldersOf));
  const isTangled = [...results.keys()].some((path) => folders.has(path));
  const used = edit.staged.flatMap(({ from }) => from ?? []);
  const steps = used.flatMap((each) => toSteps(each, results, isTangled)).toSorted((a, b) => a.by.at - b.by.at);
  const moves: AuthoredMoves[] = [];
  for (const { by, path, state } of steps) {
    const last = moves.at(-1);
    const isSame = last && (isTangled || (last.by.agent === by.agent && last.by.chatId === by.chatId && last.by.taskId === by.taskId));
    if (isSame) {
      last.by = by;
      last.states.set(path, state);
    } else moves.push({ by, states: new Map([[path, state]]) });
  }
  return moves;
}

function toSteps(
  edit: StagedEdit,
  results: ReadonlyMap<string, { before: FileState; after: FileState }>,
  isTangled: boolean,
): { by: StagedStep; path: string; state: FileState }[] {
  const path = BytePath.toBytes(BytePath.ofText(edit.path));
  const result = results.get(path);
  if (!result) return [];
  const isPlain = !isTangled && isSameState(result.before, edit.base) && isSameState(result.after, stagedState(edit));
  if (isPlain) return edit.steps.map((step) => ({ by: step, path, state: step.after }));
  return [{ by: edit.steps.at(-1)!, path, state: result.after }];
}

const listWritten = ({ files }: Edit) => files.filter(({ root }) => root === "worktree");
const isMovedOn = (error: unknown) => (error as { fault?: { kind: string } }).fault?.kind === "moved_on";

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) folders.push(path.slice(0, end));
  return folders;
}
