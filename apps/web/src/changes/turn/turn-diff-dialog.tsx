import type { TurnDiff } from "@boocode/shared/changes/turn-diff";
import type { TaskId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { VList } from "virtua";
import { explainError } from "../../api/explain-fault.ts";
import { trpc } from "../../api/trpc.ts";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ChangeFileLine } from "../change-file-row.tsx";
import { toChangeRows, type ChangeRow, type OpenDiff } from "../change-rows.ts";
import { DiffLine } from "../diff/diff-lines.tsx";

/** The diff of one turn, between the checkpoints before and after it. Escape closes it. */
export default function TurnDiffDialog({ taskId, onClose }: { taskId: TaskId; onClose: () => void }) {
  // The diff of an ended turn never changes, so it is fetched once.
  const { data: turn, error } = useQuery({ ...trpc.pendingChanges.turnDiff.queryOptions({ taskId }), staleTime: Infinity });
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title="Changes of this turn" className="max-w-4xl!">
      {turn ? (
        <TurnFiles turn={turn} />
      ) : error ? (
        <p className="text-muted">
          {explainError(error).title}. {explainError(error).hint}
        </p>
      ) : (
        <div className="space-y-2">
          <Skeleton />
          <Skeleton className="h-4 w-2/3" />
        </div>
      )}
    </Dialog>
  );
}

function TurnFiles({ turn }: { turn: TurnDiff }) {
  if (turn.state === "unknown")
    return <p className="text-muted">The changes of this turn are unknown: one of its checkpoints is missing.</p>;
  const { agent } = turn;
  const files = turn.files.map((file) => ({ ...file, agents: [agent] }));
  const diffs = new Map(
    turn.files.map((file): [string, OpenDiff] => [file.path, file.diff ? { kind: "ready", diff: file.diff } : TOO_MUCH]),
  );
  const rows = toChangeRows(files, diffs, "unified");
  return (
    <div className="-mx-5 -mb-5 border-t border-line">
      <VList
        data={rows}
        itemSize={ROW_HEIGHT}
        bufferSize={400}
        style={{ height: `min(70vh, ${rows.length * ROW_HEIGHT + 80}px)` }}
        tabIndex={0}
        aria-label="Files of this turn"
        role="region"
      >
        {(row) => <Row key={row.key} row={row} />}
      </VList>
      {turn.moreFiles > 0 && (
        <p className="border-t border-line px-3 py-2 text-sm text-muted">{turn.moreFiles} more files are not listed</p>
      )}
    </div>
  );
}

/** Estimated height of a line, in pixels. Wrapped lines are higher. */
const ROW_HEIGHT = 19;
const TOO_MUCH: OpenDiff = { kind: "failed", words: "Not shown: this turn changed too much to show here." };

function Row({ row }: { row: ChangeRow }) {
  switch (row.kind) {
    case "file":
      return (
        <div className="flex h-8 items-center gap-2 border-b border-line bg-surface px-3">
          <ChangeFileLine change={row.change} isOpen />
        </div>
      );
    case "line":
      return <DiffLine row={row.row} numbers={row.numbers} />;
    case "note":
      return <p className="flex h-9 items-center px-4 text-sm text-muted">{row.words}</p>;
    case "gap":
      return <div className="h-3 border-t border-line" />;
  }
}
