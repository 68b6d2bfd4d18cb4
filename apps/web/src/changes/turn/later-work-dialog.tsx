import type { Fault } from "@boocode/shared/faults/fault";
import type { SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { AgentBadge } from "../../agents/agent-badge.tsx";
import { trpc } from "../../api/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/popups/dialog.tsx";
import { toCount } from "../../ui/labels.ts";
import { showPath } from "../../files/show-path.ts";

export type LaterWork = Extract<Fault, { kind: "later_work" }>;

/** The most files listed by name. */
const LISTED = 100;

type LaterWorkDialogProps = { sessionId: SessionId; work: LaterWork; onRestore: () => void; onClose: () => void };

/** Shows the work done over a turn since, and asks whether to restore anyway. */
export default function LaterWorkDialog({ sessionId, work, onRestore, onClose }: LaterWorkDialogProps) {
  const { data: changes } = useQuery(trpc.pendingChanges.list.queryOptions({ sessionId }));
  const authors = new Map(changes?.map(({ path, agents }) => [path, agents]));
  const rest = work.paths.length - LISTED;
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`${toCount(work.paths.length, "file")} changed again after this turn`}
      description="Nothing has been restored. Later work in other lines is kept where git can separate it; in the same lines it is taken back too. You can undo all of it."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" onClick={onRestore}>
            Restore anyway
          </Button>
        </>
      }
    >
      <ul aria-label="Files with later work" className="flex flex-col gap-1">
        {work.paths.slice(0, LISTED).map((path) => (
          <li key={path} className="flex min-w-0 items-center gap-2">
            <span className="min-w-0 flex-1 truncate" title={showPath(path)}>
              {showPath(path)}
            </span>
            {authors.get(path)?.map((agent) => (
              <AgentBadge key={agent ?? "you"} agent={agent} />
            ))}
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="mt-2 text-muted">and {toCount(rest, "more file")}</p>}
    </Dialog>
  );
}
