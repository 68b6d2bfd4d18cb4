import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { ArchivingDesk } from "../sessions/archiving/archiving-desk.tsx";
import { DeletionDesk } from "../sessions/deletion/deletion-desk.tsx";
import { useNotices } from "../sessions/notices/use-notices.ts";
import { useMarkSeen, useSeen } from "../sessions/seen.ts";
import { NEW_SESSION_KEYS } from "../sessions/list/session-keys.ts";
import { fromSessionPath, toSessionPath } from "../sessions/session-paths.ts";
import { Sidebar } from "../sessions/sidebar.tsx";
import { INBOX_KEYS, INBOX_PATH } from "../sessions/inbox/inbox-path.ts";
import { TRASH_PATH } from "../sessions/trash/use-trash.ts";
import { useProjects, useSessions, useStartSession } from "../sessions/use-sessions.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { navigate, usePath } from "../ui/browser/location.tsx";
import { fromSettingsPath, openSettings } from "../ui/browser/settings-path.ts";
import { useCommand } from "../ui/browser/commands.ts";
import { useShortcut } from "../ui/browser/shortcut.ts";
import { onPaletteRequest } from "../ui/browser/palette-request.ts";
import { readStored, writeStored } from "../ui/browser/stored-state.ts";
import { ColumnFrame } from "../workspace/column-frame.tsx";
import { ConnectionAlert } from "../workspace/connection-alert.tsx";
import { SIDEBAR, useSidebarColumn } from "../workspace/layout-state.ts";
import { toPageTitle, usePageTitle } from "../workspace/page-title.ts";
import { focusNextRegion } from "../workspace/regions.ts";
import { SessionPage } from "../workspace/session-page.tsx";
import { later } from "../ui/browser/later.ts";

const FirstRunPage = later(() => import("./first-run-page.tsx"));
const HomePage = later(() => import("./home-page.tsx"));
const InboxPage = later(() => import("../sessions/inbox/inbox-page.tsx"));
const TrashPage = later(() => import("../sessions/trash/trash-page.tsx"));
const PaletteDialog = later(() => import("../palette/palette-dialog.tsx"));
const SettingsPage = later(() => import("../settings/settings-page.tsx"));
const isString = (value: unknown): value is string => typeof value === "string";

/** The page with access: the sidebar, and the page that the URL names. */
export function WorkspacePage() {
  const path = usePath();
  const place = fromSessionPath(path);
  const projects = useProjects();
  const sessions = useSessions();
  const sidebar = useSidebarColumn();
  const [palette, setPalette] = useState<string | null>(null);
  const start = useStartSession();
  const openSessionId = place?.sessionId ?? null;
  const currentProjectId = useCurrentProject(openSessionId);

  useMarkSeen(sessions, openSessionId);
  useNotices(sessions, openSessionId);
  usePageTitle(toPageTitle(sessions ?? [], useSeen(), openSessionId));
  useCommand("New session", NEW_SESSION_KEYS, () => currentProjectId && start.mutate(currentProjectId), currentProjectId !== null);
  useCommand(sidebar.isOpen ? "Hide the sessions" : "Show the sessions", "Mod+B", sidebar.toggle);
  useCommand("Inbox", INBOX_KEYS, () => navigate(INBOX_PATH));
  useCommand("Trash", [], () => navigate(TRASH_PATH));
  useCommand("Settings", "Mod+,", () => openSettings());
  useShortcut("Mod+K", () => setPalette(palette === null ? "" : null));
  useEffect(() => onPaletteRequest(setPalette), []);
  useShortcut("F6", () => focusNextRegion(1));
  useShortcut("Shift+F6", () => focusNextRegion(-1));
  useLastSession(openSessionId);

  const onShowSidebar = sidebar.isOpen && !sidebar.isDrawer ? null : () => sidebar.setOpen(true);
  const isTrash = path === TRASH_PATH;
  const isInbox = path === INBOX_PATH;
  const section = fromSettingsPath(path);
  const isFirstRun = projects?.length === 0 && !place && !isTrash && !isInbox && section === null;
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
                  onOpenSettings={() => openSettings()}
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
              ) : isInbox ? (
                <InboxPage onShowSidebar={onShowSidebar} />
              ) : section !== null ? (
                <SettingsPage section={section} onShowSidebar={onShowSidebar} />
              ) : isFirstRun ? (
                <FirstRunPage />
              ) : (
                <Home onShowSidebar={onShowSidebar} />
              )}
            </Suspense>
          </ErrorBoundary>
        </div>
        {palette !== null && (
          <Suspense>
            <PaletteDialog key={palette} text={palette} sessionId={openSessionId} onClose={() => setPalette(null)} />
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
