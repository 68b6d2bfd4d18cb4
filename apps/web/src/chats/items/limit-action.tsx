import type { TurnEndItem } from "@boocode/shared/chats/transcript";
import { useMutation } from "@tanstack/react-query";
import { Clock, RotateCcw } from "lucide-react";
import { trpc } from "../../api/trpc.ts";
import { formatMoment } from "../../tasks/format-moment.ts";
import { Button } from "../../ui/button.tsx";
import { useNow } from "../../ui/relative-time.tsx";

type LimitActionProps = {
  item: TurnEndItem;
  /** True if the continuation waits in the queue already. */
  isContinued: boolean;
  onTryNow: () => void;
};

/** What can be done about a turn that a usage limit ended: go on when the limit resets, or try now. */
export function LimitAction({ item, isContinued, onTryNow }: LimitActionProps) {
  const then = useMutation(trpc.tasks.continueAfterLimit.mutationOptions());
  const now = useNow();
  const resetsAt = item.evidence?.resetsAt;
  const { taskId } = item;
  return (
    <>
      <Button size="sm" variant="quiet" onClick={onTryNow}>
        <RotateCcw aria-hidden className="size-3.5" />
        Try now
      </Button>
      {resetsAt !== undefined && taskId !== null && !isContinued && (
        <Button size="sm" busy={then.isPending} onClick={() => then.mutate({ taskId })}>
          <Clock aria-hidden className="size-3.5" />
          Continue at {formatMoment(resetsAt, now)}
        </Button>
      )}
    </>
  );
}
