import type { TaskId } from "@boocode/shared/ids";
import { toCount } from "../../ui/labels.ts";
import { useChangesFrame } from "../changes-frame.tsx";

/** "2 files changed": opens the changes of one turn. */
export function TurnDiffButton({ taskId, filesChanged }: { taskId: TaskId; filesChanged: number }) {
  const { openWide } = useChangesFrame();
  return (
    <button
      type="button"
      onClick={() => openWide(taskId)}
      className="rounded-sm underline pointer-coarse:min-h-10 decoration-line-strong underline-offset-2 transition-colors hover:text-ink hover:decoration-current"
    >
      {toCount(filesChanged, "file")} changed
    </button>
  );
}
