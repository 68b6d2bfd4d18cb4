import type { EditId, SessionId } from "@boocode/shared/ids";
import { reportFailure } from "../api/faults/failures.ts";
import { queryClient, trpc, trpcClient } from "../api/trpc.ts";
import { toastNote } from "../ui/toasts/toast.ts";
import { moveTexts } from "./drafts/code-drafts.ts";
import { showPath } from "./show-path.ts";

const refresh = () => queryClient.invalidateQueries(trpc.files.pathFilter());

/** Makes a new file. Returns whether it is there; a failure is reported. */
export async function createFile(sessionId: SessionId, path: string): Promise<boolean> {
  return attempt(async () => {
    await trpcClient.files.create.mutate({ sessionId, path });
  });
}

/**
 * Renames a file or folder. Unsaved text goes with it, and back with an undo; `onMoved` is told of both. Returns whether it is done; a failure
 * is reported.
 */
export async function renameFile(
  sessionId: SessionId,
  { path, to }: { path: string; to: string },
  onMoved: (from: string, to: string) => void,
): Promise<boolean> {
  const follow = (from: string, at: string) => {
    moveTexts(sessionId, from, at);
    onMoved(from, at);
  };
  return attempt(async () => {
    const { editId } = await trpcClient.files.rename.mutate({ sessionId, path, to });
    follow(path, to);
    offerUndo(sessionId, `Renamed ${showPath(path)}`, editId, () => follow(to, path));
  });
}

/** Deletes a file or folder. Returns whether it is done; a failure is reported. */
export async function deleteFile(sessionId: SessionId, path: string): Promise<boolean> {
  return attempt(async () => {
    const { editId } = await trpcClient.files.delete.mutate({ sessionId, path });
    offerUndo(sessionId, `Deleted ${showPath(path)}`, editId);
  });
}

function offerUndo(sessionId: SessionId, words: string, editId: EditId | null, onUndone = () => {}): void {
  if (editId === null) return toastNote(words);
  const undo = () =>
    attempt(async () => {
      await trpcClient.files.undo.mutate({ sessionId, editId });
      onUndone();
    });
  toastNote(words, { label: "Undo", onClick: () => void undo() });
}

async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    await refresh();
    return true;
  } catch (error) {
    reportFailure(error);
    return false;
  }
}
