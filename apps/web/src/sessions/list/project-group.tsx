import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { clsx } from "clsx";
import { ChevronRight, Copy, Ellipsis, Plus, Unplug } from "lucide-react";
import { lazy, type RefObject, Suspense, useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { copyText } from "../../ui/browser/copy-text.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { toCount } from "../../ui/labels.ts";
import { Menu } from "../../ui/popups/menu.tsx";
import { SessionRows } from "./session-rows.tsx";
import { useStartSession } from "../use-sessions.ts";

const RemoveProjectDialog = lazy(() => import("../removing/remove-project-dialog.tsx"));

type ProjectGroupProps = {
  project: Project;
  /** The project's sessions that match the search, newest activity first. */
  sessions: readonly Session[];
  openSessionId: string | null;
  seen: Readonly<Record<string, number>>;
  /** True during a search, which shows every match. */
  isSearching: boolean;
  scroller: RefObject<HTMLElement | null>;
};

/** A project in the sidebar with its sessions; archived ones are folded. */
export function ProjectGroup({ project, sessions, openSessionId, seen, isSearching, scroller }: ProjectGroupProps) {
  const [showsArchived, setShowsArchived] = useState(false);
  const start = useStartSession();
  const active = sessions.filter((session) => !session.archived);
  const archived = sessions.filter((session) => session.archived);
  const archivedInSight = isSearching || showsArchived ? archived : archived.filter((session) => session.id === openSessionId);

  return (
    <section aria-label={project.name} className="group/project">
      <header className="sticky top-0 z-1 flex h-7 items-center gap-1.5 bg-surface pr-1 pl-2">
        <h2 className="min-w-0 truncate text-sm font-medium text-muted" title={project.path}>
          {project.name}
        </h2>
        {project.isDemo && <Badge>demo</Badge>}
        <div className="ml-auto flex opacity-0 group-focus-within/project:opacity-100 group-hover/project:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-100">
          <ProjectMenu project={project} />
          <IconButton
            size="sm"
            label={`Start a session in ${project.name}`}
            disabled={start.isPending}
            onClick={() => start.mutate(project.id)}
          >
            <Plus aria-hidden />
          </IconButton>
        </div>
      </header>
      <SessionRows sessions={[...active, ...archivedInSight]} openSessionId={openSessionId} seen={seen} scroller={scroller}>
        {active.length === 0 && archivedInSight.length === 0 && (
          <li>
            <button
              type="button"
              onClick={() => start.mutate(project.id)}
              disabled={start.isPending}
              className="h-7 w-full rounded-md pl-[30px] text-left text-faint hover:bg-hover hover:text-ink"
            >
              Start the first session
            </button>
          </li>
        )}
      </SessionRows>
      {archived.length > 0 && !isSearching && (
        <button
          type="button"
          aria-expanded={showsArchived}
          onClick={() => setShowsArchived(!showsArchived)}
          className="flex h-6 w-full items-center gap-2 rounded-md px-2 text-left text-xs text-faint hover:bg-hover hover:text-ink"
        >
          <ChevronRight aria-hidden className={clsx("size-3.5 transition-transform", showsArchived && "rotate-90")} />
          {archived.length} archived
        </button>
      )}
    </section>
  );
}

function ProjectMenu({ project }: { project: Project }) {
  const [isRemoving, setRemoving] = useState(false);
  return (
    <>
      <Menu
        label="Project actions"
        icon={<Ellipsis aria-hidden className="size-3.5" />}
        entries={[
          { label: "Copy path", icon: <Copy aria-hidden />, onSelect: () => void copyText(project.path) },
          { label: "Remove from the list…", icon: <Unplug aria-hidden />, onSelect: () => setRemoving(true) },
        ]}
        className="inline-flex size-6 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink data-popup-open:bg-hover"
      />
      {isRemoving && (
        <Suspense>
          <RemoveProjectDialog project={project} onDone={() => setRemoving(false)} />
        </Suspense>
      )}
    </>
  );
}

/** The number of sessions a search found, for screen readers. */
export function toFoundWords(count: number): string {
  return count === 0 ? "No session found" : `${toCount(count, "session")} found`;
}
