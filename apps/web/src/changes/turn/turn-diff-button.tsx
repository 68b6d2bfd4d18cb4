import type { TaskId } from "@boocode/shared/ids";
import { lazy, Suspense, useState } from "react";

const TurnDiffDialog = lazy(() => import("./turn-diff-dialog.tsx"));

/** "2 files changed": opens the diff of one turn. */
export function TurnDiffButton({ taskId, filesChanged }: { taskId: TaskId; filesChanged: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="rounded-sm underline decoration-line-strong underline-offset-2 transition-colors hover:text-ink hover:decoration-current"
      >
        {filesChanged === 1 ? "1 file changed" : `${filesChanged} files changed`}
      </button>
      {isOpen && (
        <Suspense>
          <TurnDiffDialog taskId={taskId} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
