import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { ArchivingDesk } from "../sessions/archiving/archiving-desk.tsx";
import { DeletionDesk } from "../sessions/deletion/deletion-desk.tsx";
import { useMarkSeen, useSeen } from "../sessions/seen.ts";
import { NEW_SESSION_KEYS } from "../sessions/list/session-keys.ts";
import { fromSessionPath, toSessionPath } from "../sessions/session-paths.ts";
import { Sidebar } from "../sessions/sidebar.tsx";
import { TRASH_PATH } from "../sessions/trash/use-trash.ts";
import { useProjects, useSessions, useStartSession } from "../sessions/use-sessions.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { navigate, usePath } from "../ui/browser/location.tsx";
import { onSettingsRequest } from "../ui/browser/settings-request.ts";
import { useShortcut } from "../ui/browser/shortcut.ts";
import { readStored, writeStored } from "../ui/browser/stored-state.ts";
import { ColumnFrame } from "../workspace/column-frame.tsx";
import { ConnectionAlert } from "../workspace/connection-alert.tsx";
import { SIDEBAR, useSidebarColumn } from "../workspace/layout-state.ts";
import { toPageTitle, usePageTitle } from "../workspace/page-title.ts";
import { focusNextRegion } from "../workspace/regions.ts";
import { SessionPage } from "../workspace/session-page.tsx";

const FirstRunPage = lazy(() => import("./first-run-page.tsx"));
const HomePage = lazy(() => import("./home-page.tsx"));
const TrashPage = lazy(() => import("../sessions/trash/trash-page.tsx"));
const SettingsDialog = lazy(() => import("../settings/settings-dialog.tsx"));
const isString = (value: unknown): value is string => typeof value === "string";

/** The page with access: the sidebar, and the page that the URL names. */
export function WorkspacePage() {
  const path = usePath();
  const place = fromSessionPath(path);
  const projects = useProjects();
  const sessions = useSessions();
  const sidebar = useSidebarColumn();
  const [isSettingsOpen, setSettingsOpen] = useState(false);
  const start = useStartSession();
  const openSessionId = place?.sessionId ?? null;
  const currentProjectId = useCurrentProject(openSessionId);

  useMarkSeen(sessions, openSessionId);
  usePageTitle(toPageTitle(sessions ?? [], useSeen(), openSessionId));
  useShortcut("Mod+B", sidebar.toggle);
  useShortcut("Mod+,", () => setSettingsOpen(true));
  useEffect(() => onSettingsRequest(() => setSettingsOpen(true)), []);
  useShortcut(NEW_SESSION_KEYS, () => currentProjectId && start.mutate(currentProjectId));
  useShortcut("F6", () => focusNextRegion(1));
  useShortcut("Shift+F6", () => focusNextRegion(-1));
  useLastSession(openSessionId);

  const onShowSidebar = sidebar.isOpen && !sidebar.isDrawer ? null : () => sidebar.setOpen(true);
  const isTrash = path === TRASH_PATH;
  const isFirstRun = projects?.length === 0 && !place && !isTrash;
  // Render nothing until the right page is known, so that no wrong page flashes.
  if (!place && !(projects && sessions)) return <ConnectionAlert />;
  return (
    <Desks>
      <div className="flex h-full">
        <ConnectionAlert />
        {!isFirstRun && (
          <ColumnFrame column={sidebar} side="left" label="Sessions" widths={SIDEBAR}>
            {(handle) => {
              const content = (
                <Sidebar
                  handle={handle}
                  openSessionId={openSessionId}
                  currentProjectId={currentProjectId}
                  onHide={() => sidebar.setOpen(false)}
                  onOpenSettings={() => setSettingsOpen(true)}
                />
              );
              // A drawer keeps the focus, except for what is asked inside it.
              return sidebar.isDrawer ? <Desks>{content}</Desks> : content;
            }}
          </ColumnFrame>
        )}
        <div className="h-full min-w-0 flex-1">
          <ErrorBoundary key={openSessionId} what="This page">
            <Suspense>
              {place ? (
                <SessionPage sessionId={place.sessionId} tab={place.tab} onShowSidebar={onShowSidebar} />
              ) : isTrash ? (
                <TrashPage onShowSidebar={onShowSidebar} />
              ) : isFirstRun ? (
                <FirstRunPage />
              ) : (
                <Home onShowSidebar={onShowSidebar} />
              )}
            </Suspense>
          </ErrorBoundary>
        </div>
        {isSettingsOpen && (
          <Suspense>
            <SettingsDialog open onOpenChange={setSettingsOpen} />
          </Suspense>
        )}
      </div>
    </Desks>
  );
}

/** The dialogs that outlive the row or page that opened them. */
function Desks({ children }: { children: ReactNode }) {
  return (
    <DeletionDesk>
      <ArchivingDesk>{children}</ArchivingDesk>
    </DeletionDesk>
  );
}

/** Handles a URL that names no session: opens the last session, or shows the projects. */
function Home({ onShowSidebar }: { onShowSidebar: (() => void) | null }) {
  const sessions = useSessions()?.filter((session) => !session.archived) ?? [];
  const remembered = readStored("session", "", isString);
  const target = (sessions.find((session) => session.id === remembered) ?? sessions[0])?.id;
  useEffect(() => {
    if (target) navigate(toSessionPath(target), { replace: true });
  }, [target]);
  return target ? null : <HomePage onShowSidebar={onShowSidebar} />;
}

function useLastSession(openSessionId: SessionId | null): void {
  useEffect(() => {
    if (openSessionId) writeStored("session", openSessionId);
  }, [openSessionId]);
}

/** The project for "New session": that of the open session, otherwise that of the newest session, otherwise the newest project. */
function useCurrentProject(openSessionId: SessionId | null): ProjectId | null {
  const projects = useProjects() ?? [];
  const sessions = useSessions() ?? [];
  const wanted = (sessions.find((session) => session.id === openSessionId) ?? sessions[0])?.projectId;
  return (projects.find((project) => project.id === wanted) ?? projects.at(-1))?.id ?? null;
}
