import type { Session } from "@boocode/shared/sessions/session";
import { clsx } from "clsx";
import { Archive, ArchiveRestore, Copy, Ellipsis, GitBranch, Pencil } from "lucide-react";
import { memo, useState } from "react";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { AskingCount } from "../agents/asking-count.tsx";
import { useAskingCounts } from "../agents/use-permissions.ts";
import { copyText } from "../ui/browser/copy-text.ts";
import { toShortCount } from "../ui/labels.ts";
import { Link } from "../ui/browser/location.tsx";
import type { MenuEntry } from "../ui/popups/menu-entry.ts";
import { Menu } from "../ui/popups/menu.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { EditableTitle } from "./editable-title.tsx";
import { toSessionMark } from "./session-mark.ts";
import { toSessionPath } from "./session-paths.ts";
import { StatusMark } from "./status-mark.tsx";
import { useArchiveSession, useRenameSession } from "./use-sessions.ts";

const SHOWN_AGENTS = 4;

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
  const asking = useAskingCounts().ofSession(session.id);
  const mark = toSessionMark(session, isOpen ? session.lastSeq : seenSeq);
  const isBright = mark === "unread" || mark === "needs_you";
  const title = rename.isPending ? rename.variables.title : session.title;

  return (
    <li aria-posinset={at} aria-setsize={of} className={clsx("group/row relative rounded-md", isOpen ? "bg-active" : "hover:bg-hover")}>
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
        }}
        className="absolute inset-0 rounded-md"
      />
      <div
        className={clsx(
          "pointer-events-none relative flex h-11 flex-col justify-center gap-px pr-2 pl-2",
          session.archived && "opacity-70",
        )}
      >
        <div className="flex min-w-0 items-center gap-2">
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
        </div>
        <div aria-hidden className="flex min-w-0 items-center gap-2 pl-[22px] text-xs text-faint">
          <span className="flex items-center gap-1">
            {session.agents.slice(0, SHOWN_AGENTS).map((agent) => (
              <AgentIcon key={agent} agent={agent} size={12} />
            ))}
          </span>
          {session.additions + session.deletions > 0 && (
            <span className="tabular">
              <span className="text-added">+{toShortCount(session.additions)}</span>{" "}
              <span className="text-removed">−{toShortCount(session.deletions)}</span>
            </span>
          )}
          <RelativeTime
            at={session.lastActivityAt}
            className="tabular ml-auto pointer-coarse:mr-6 pointer-fine:group-focus-within/row:invisible pointer-fine:group-hover/row:invisible"
          />
        </div>
      </div>
      <div className="absolute right-1 bottom-0.5 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-100">
        <SessionMenu session={session} onRename={() => setRenaming(true)} />
      </div>
    </li>
  );
});

function SessionMenu({ session, onRename }: { session: Session; onRename: () => void }) {
  const archive = useArchiveSession();
  const { worktree } = session;
  const entries: MenuEntry[] = [{ label: "Rename", icon: <Pencil aria-hidden />, takesFocus: true, onSelect: onRename }];
  if (worktree) {
    entries.push(
      { label: "Copy branch name", icon: <GitBranch aria-hidden />, onSelect: () => void copyText(worktree.branch) },
      { label: "Copy worktree path", icon: <Copy aria-hidden />, onSelect: () => void copyText(worktree.path) },
    );
  }
  entries.push({
    label: session.archived ? "Unarchive" : "Archive",
    icon: session.archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />,
    onSelect: () => archive.mutate({ sessionId: session.id, archived: !session.archived }),
  });
  return (
    <Menu
      label="Session actions"
      icon={<Ellipsis aria-hidden className="size-3.5" />}
      entries={entries}
      className="inline-flex size-5 items-center justify-center rounded-sm text-muted hover:bg-active hover:text-ink data-popup-open:bg-active"
    />
  );
}
