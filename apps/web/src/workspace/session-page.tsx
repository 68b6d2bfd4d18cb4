import type { SessionId } from "@boocode/shared/ids";
import { Archive } from "lucide-react";
import { useEffect, useState } from "react";
import { AttentionNotice } from "../changes/attention/attention-notice.tsx";
import { useGitAsked } from "../git/git-asked.ts";
import type { ShownTab } from "../sessions/session-paths.ts";
import { useArchiveSession, useProjects, useSessions } from "../sessions/use-sessions.ts";
import { Button } from "../ui/button.tsx";
import { Deferred } from "../ui/deferred.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { writeStored } from "../ui/browser/stored-state.ts";
import { useShortcut } from "../ui/browser/shortcut.ts";
import { LockNotice } from "../worktrees/lock-notice.tsx";
import { TrustNotice } from "../trust/trust-notice.tsx";
import { WorktreeNotice } from "../worktrees/worktree-notice.tsx";
import { ColumnFrame } from "./column-frame.tsx";
import { listPanes } from "@boocode/shared/panes/layout";
import { useLayout } from "./layout/page-layout.ts";
import { Panes } from "./panes/panes.tsx";
import { openFile } from "./tabs/code-tabs.ts";
import { RAIL, useRailColumn, type Column } from "./layout-state.ts";
import { NoSuchSession } from "./no-such-session.tsx";
import { prefetchSession } from "./prefetch-session.ts";
import { Rail } from "./rail.tsx";
import { SessionChanges } from "./session-changes.tsx";
import { useDeepLink } from "./use-deep-link.ts";
import { SessionHeader } from "./session-header.tsx";

type SessionPageProps = {
  sessionId: SessionId;
  /** The tab in the URL. */
  tab: ShownTab | null;
  onShowSidebar: (() => void) | null;
};

/** The page of a session: its header, its pane of chats, and the rail. */
export function SessionPage(props: SessionPageProps) {
  return <SessionFrame key={props.sessionId} {...props} />;
}

function SessionFrame({ sessionId, tab, onShowSidebar }: SessionPageProps) {
  const sessions = useSessions();
  const session = sessions?.find((each) => each.id === sessionId);
  const project = useProjects()?.find((each) => each.id === session?.projectId);
  const chatId = tab?.kind === "chat" ? tab.chatId : null;
  const layout = useLayout(sessionId, tab);
  const isWide = tab?.kind === "changes" || (layout !== null && listPanes(layout.root).some(({ active }) => active?.startsWith("changes")));
  const rail = useRailBeside(isWide);
  const gitAsked = useGitAsked(sessionId);
  useEffect(() => {
    if (gitAsked && !rail.isOpen) rail.setOpen(true);
  });
  const archive = useArchiveSession();
  useDeepLink(sessionId, tab);
  useShortcut("Mod+J", rail.toggle);
  useEffect(() => prefetchSession(sessionId, chatId), [sessionId, chatId]);
  const projectId = session?.projectId;
  useEffect(() => {
    // Read by `first.js`, which runs before the session is loaded.
    if (projectId) writeStored("sessionProject", { sessionId, projectId });
  }, [sessionId, projectId]);

  if (!sessions) return <div className="h-11 border-b border-line" />;
  if (!session) return <NoSuchSession sessionId={sessionId} onShowSidebar={onShowSidebar} />;
  return (
    <SessionChanges session={session} shownChat={chatId} openFile={(path) => openFile(sessionId, path)}>
      <div className="flex h-full min-h-0">
        <main data-region="chat" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          <SessionHeader
            session={session}
            project={project}
            onShowSidebar={onShowSidebar}
            onShowRail={rail.isOpen && !rail.isDrawer ? null : () => rail.setOpen(true)}
            areChangesShown={isWide}
          />
          {session.isDeleting && (
            <output className="flex shrink-0 items-center gap-2 border-b border-line bg-inset px-3 py-1.5 text-muted">
              <Spinner />
              This session is being deleted. Its work goes to the trash first.
            </output>
          )}
          {session.archived && (
            <div className="flex shrink-0 items-center gap-2 border-b border-line bg-inset px-3 py-1.5 text-muted">
              <Archive aria-hidden className="size-3.5" />
              This session is archived. Everything in it is kept.
              <Button size="sm" className="ml-auto" busy={archive.isPending} onClick={() => archive.mutate({ sessionId, archived: false })}>
                Unarchive
              </Button>
            </div>
          )}
          <WorktreeNotice session={session} />
          <AttentionNotice key={`attention ${sessionId}`} sessionId={sessionId} />
          <LockNotice key={`lock ${sessionId}`} sessionId={sessionId} />
          {session.worktree?.state !== "missing" && session.worktree?.state !== "replaced" && (
            <TrustNotice key={`trust ${sessionId}`} projectId={session.projectId} sessionId={sessionId} />
          )}
          <ErrorBoundary key={sessionId} what="This session">
            {layout ? <Panes key={sessionId} sessionId={sessionId} layout={layout} /> : <div className="h-9 border-b border-line" />}
          </ErrorBoundary>
        </main>
        <ColumnFrame column={rail} side="right" label="Details" widths={RAIL}>
          {(handle) => (
            <Deferred>
              <Rail handle={handle} session={session} project={project} isWide={isWide} onHide={() => rail.setOpen(false)} />
            </Deferred>
          )}
        </ColumnFrame>
      </div>
    </SessionChanges>
  );
}

/** The rail. While the changes fill the pane, it is closed until asked for, so that they have its room. */
function useRailBeside(isWide: boolean): Column {
  const rail = useRailColumn();
  const [isAsked, setAsked] = useState(false);
  if (!isWide && isAsked) setAsked(false);
  if (!isWide || rail.isDrawer) return rail;
  return { ...rail, isOpen: isAsked, setOpen: setAsked, toggle: () => setAsked(!isAsked) };
}
