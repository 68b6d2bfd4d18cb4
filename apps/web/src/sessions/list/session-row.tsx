import type { Session } from "@boocode/shared/sessions/session";
import { clsx } from "clsx";
import { memo, useState } from "react";
import { AgentIcon } from "../../agents/agent-icon.tsx";
import { AskingCount } from "../../agents/asking-count.tsx";
import { useAskingCounts } from "../../agents/use-permissions.ts";
import { toShortCount } from "../../ui/labels.ts";
import { Link } from "../../ui/browser/location.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { useAskDelete } from "../deletion/deletion-desk.tsx";
import { EditableTitle } from "../editable-title.tsx";
import { SessionMenu } from "./session-menu.tsx";
import { toSessionMark } from "./session-mark.ts";
import { toSessionPath } from "../session-paths.ts";
import { StatusMark } from "./status-mark.tsx";
import { useRenameSession } from "../use-sessions.ts";

const SHOWN_AGENTS = 3;

type SessionRowProps = {
  session: Session;
  isOpen: boolean;
  seenSeq: number | null;
  /** The row's position in its list, of which not all rows may be drawn. */
  at: number;
  of: number;
};

/** One session in the sidebar: its mark, title, agents, changes and last activity. */
export const SessionRow = memo(function SessionRow({ session, isOpen, seenSeq, at, of }: SessionRowProps) {
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRenameSession();
  const askDelete = useAskDelete();
  const asking = useAskingCounts().ofSession(session.id);
  const mark = toSessionMark(session, isOpen ? session.lastSeq : seenSeq);
  const isBright = mark === "unread" || mark === "needs_you";
  const title = rename.isPending ? rename.variables.title : session.title;
  if (session.isDeleting) return <DeletingRow title={title} at={at} of={of} />;

  return (
    <li
      aria-posinset={at}
      aria-setsize={of}
      data-session={session.id}
      className={clsx("group/row @container relative scroll-mt-8 rounded-md", isOpen ? "bg-active" : "hover:bg-hover")}
    >
      <Link
        to={toSessionPath(session.id)}
        data-row
        draggable={false}
        aria-current={isOpen ? "page" : undefined}
        title={title}
        aria-label={`${title}, ${mark === "idle" ? "idle" : mark.replace("_", " ")}`}
        onDoubleClick={() => setRenaming(true)}
        onKeyDown={(event) => {
          if (event.key === "F2") setRenaming(true);
          if (event.key === "Delete") askDelete({ kind: "session", sessionId: session.id, title: session.title });
        }}
        className="absolute inset-0 rounded-md"
      />
      <div
        className={clsx(
          "pointer-events-none relative flex h-7 min-w-0 items-center gap-2 px-2 pointer-coarse:h-10",
          session.archived && "opacity-70",
        )}
      >
        <StatusMark mark={mark} />
        {isRenaming ? (
          <EditableTitle
            label="Session title"
            value={session.title}
            onSave={(next) => rename.mutate({ sessionId: session.id, title: next })}
            onDone={() => setRenaming(false)}
            className="pointer-events-auto"
          />
        ) : (
          <span
            aria-hidden
            className={clsx("min-w-0 flex-1 truncate", isBright ? "font-semibold text-ink" : isOpen ? "text-ink" : "text-ink/85")}
          >
            {title}
          </span>
        )}
        <AskingCount count={asking} />
        <div aria-hidden className="flex shrink-0 items-center gap-2 text-xs text-faint pointer-coarse:pr-8">
          {session.additions + session.deletions > 0 && (
            <span className="tabular hidden @min-[17.5rem]:inline">
              <span className="text-added">+{toShortCount(session.additions)}</span>{" "}
              <span className="text-removed">−{toShortCount(session.deletions)}</span>
            </span>
          )}
          <span className="flex items-center gap-1">
            {session.agents.slice(0, SHOWN_AGENTS).map((agent) => (
              <AgentIcon key={agent} agent={agent} size={12} />
            ))}
          </span>
          {/* Its width is constant, so that titles end at the same place. */}
          <RelativeTime
            at={session.lastActivityAt}
            className="tabular min-w-6 text-right pointer-fine:group-focus-within/row:invisible pointer-fine:group-hover/row:invisible"
          />
        </div>
      </div>
      <div className="absolute top-0.5 right-1 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:top-0 pointer-coarse:right-0 pointer-coarse:opacity-100">
        <SessionMenu
          session={session}
          onRename={() => setRenaming(true)}
          deleteShortcut="Del"
          className="inline-flex size-6 items-center justify-center rounded-sm text-muted hover:bg-active hover:text-ink data-popup-open:bg-active pointer-coarse:size-10"
        />
      </div>
    </li>
  );
});

/** A session on its way into the trash: there is nothing to be done with it. */
function DeletingRow({ title, at, of }: { title: string; at: number; of: number }) {
  return (
    <li aria-posinset={at} aria-setsize={of} className="flex h-7 min-w-0 items-center gap-2 px-2 opacity-70 pointer-coarse:h-10">
      <Spinner className="text-faint" />
      <span className="min-w-0 flex-1 truncate" title={title}>
        {title}
      </span>
      <span className="shrink-0 text-xs text-muted">Deleting…</span>
    </li>
  );
}
