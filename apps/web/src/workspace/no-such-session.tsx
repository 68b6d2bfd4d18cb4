import type { SessionId } from "@boocode/shared/ids";
import { SearchX, Trash2 } from "lucide-react";
import { useState } from "react";
import { BareHeader } from "../sessions/bare-header.tsx";
import { restoreDeleted } from "../sessions/deletion/leave-deleted.ts";
import { toSessionPath } from "../sessions/session-paths.ts";
import { describeHolds } from "../sessions/trash/describe-entry.ts";
import { useTrash } from "../sessions/trash/use-trash.ts";
import { useSessions } from "../sessions/use-sessions.ts";
import { navigate } from "../ui/browser/location.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";

type NoSuchSessionProps = { sessionId: SessionId; onShowSidebar: (() => void) | null };

/** The page of a session that is not there: deleted, with the way to bring it back, or never heard of. */
export function NoSuchSession({ sessionId, onShowSidebar }: NoSuchSessionProps) {
  const newest = useSessions()?.find((session) => !session.archived);
  const { data: trash, isPending } = useTrash();
  const entry = trash?.find((each) => each.sessionId === sessionId);
  const [now] = useState(() => Date.now());
  const [isBusy, setBusy] = useState(false);
  const restore = async () => {
    if (!entry) return;
    setBusy(true);
    await restoreDeleted(entry.id);
    setBusy(false);
  };
  const goOn = newest && <Button onClick={() => navigate(toSessionPath(newest.id), { replace: true })}>Go to the newest session</Button>;
  return (
    <main data-region="chat" tabIndex={-1} className="flex h-full flex-col outline-none">
      <BareHeader onShowSidebar={onShowSidebar} />
      {/* Nothing until it is known which of the two it is. */}
      {!isPending && (
        <output className="flex flex-1 flex-col">
          {entry ? (
            <EmptyState
              isPage
              className="flex-1 pb-20"
              icon={<Trash2 aria-hidden />}
              title={`“${entry.title}” was deleted`}
              hint={
                <>
                  <RelativeTime at={entry.deletedAt} isInSentence />. {describeHolds(entry, now)}.
                </>
              }
              action={
                <>
                  <Button variant="primary" busy={isBusy} onClick={() => void restore()}>
                    Undo
                  </Button>
                  {goOn}
                </>
              }
            />
          ) : (
            <EmptyState
              isPage
              className="flex-1 pb-20"
              icon={<SearchX aria-hidden />}
              title="There is no such session"
              hint="It was deleted and is no longer in the trash, or the address is incomplete."
              action={goOn}
            />
          )}
        </output>
      )}
    </main>
  );
}
