import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import type { StagedEdit, StagedStep } from "@boocode/shared/changes/staged/staged-edit";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { TreeEntryChange } from "../compare/read-tree-changes.ts";
import type { ChainStep } from "./read-chain.ts";

interface Move {
  step: StagedStep;
  path: string;
  /** The former path of a file that this step renamed. */
  previousPath: string | null;
  from: FileState;
}

/**
 * Turns the authors' steps behind one staged change into a chain of checkpoints, oldest first, so that its lines can be traced. A renamed
 * file is given by two edits: the deletion of its former path, and the new file.
 */
export function toStagedChain(edits: readonly StagedEdit[]): ChainStep[] {
  const moves = edits.length === 2 ? joinRename(toMoves(edits[0]!), toMoves(edits[1]!)) : edits.flatMap(toMoves);
  return moves.map(({ step, path, previousPath, from }, place) => ({
    place,
    commit: step.after?.oid ?? "",
    at: step.at,
    by: { agent: step.agent, taskId: step.taskId, chatId: step.chatId },
    changes: [toChange(from, step.after, path, previousPath)],
  }));
}

function toMoves({ path, base, steps }: StagedEdit): Move[] {
  return steps.map((step, place) => ({ step, path, previousPath: null, from: place === 0 ? base : steps[place - 1]!.after }));
}

/** What was done to the former path comes first; its deletion and the first step of the new file are one step. */
function joinRename(former: readonly Move[], now: readonly Move[]): Move[] {
  const [gone, [first, ...later]] = [former.at(-1)!, now];
  return [...former.slice(0, -1), { ...first!, previousPath: gone.path, from: gone.from }, ...later];
}

function toChange(from: FileState, to: FileState, path: string, previousPath: string | null): TreeEntryChange {
  const none = "0".repeat((from ?? to)?.oid.length ?? 40);
  return {
    kind: previousPath !== null ? "R" : from === null ? "A" : to === null ? "D" : "M",
    path: BytePath.ofText(path),
    previousPath: previousPath === null ? null : BytePath.ofText(previousPath),
    oldMode: from?.mode ?? null,
    newMode: to?.mode ?? null,
    oldOid: from?.oid ?? none,
    newOid: to?.oid ?? none,
  };
}
