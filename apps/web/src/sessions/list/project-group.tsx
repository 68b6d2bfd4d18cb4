import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { type RefObject, useId, useState } from "react";
import { useStartSession } from "../use-sessions.ts";
import { foldSessions } from "./fold-sessions.ts";
import { ProjectHeader, type ProjectMove } from "./project-header.tsx";
import { SessionRows } from "./session-rows.tsx";

type ProjectGroupProps = {
  project: Project;
  /** The project's sessions that match the search, in their order. */
  sessions: readonly Session[];
  openSessionId: string | null;
  seen: Readonly<Record<string, number>>;
  /** True during a search, which shows every match. */
  isSearching: boolean;
  isClosed: boolean;
  onToggle: () => void;
  move: ProjectMove;
  scroller: RefObject<HTMLElement | null>;
};

/** A project in the sidebar with its sessions; old and archived ones are folded. */
export function ProjectGroup(props: ProjectGroupProps) {
  const { project, sessions, openSessionId, seen, isSearching, onToggle, move, scroller } = props;
  const [showsAll, setShowsAll] = useState(false);
  const [showsArchived, setShowsArchived] = useState(false);
  const start = useStartSession();
  const id = useId();
  const isOpen = isSearching || !props.isClosed;
  const active = sessions.filter((session) => !session.archived);
  const archived = sessions.filter((session) => session.archived);
  const archivedInSight = isSearching || showsArchived ? archived : archived.filter((session) => session.id === openSessionId);
  const { listed, folded } = foldSessions(active, openSessionId, seen);
  const isEmpty = active.length === 0 && archivedInSight.length === 0;

  return (
    <section aria-label={project.name} className="group/project">
      <ProjectHeader
        project={project}
        controls={id}
        isOpen={isOpen}
        onToggle={onToggle}
        needsYou={active.filter(({ attention }) => attention === "needs_you").length}
        move={isSearching ? null : move}
      />
      {isOpen && (
        <>
          <SessionRows
            id={id}
            sessions={[...(isSearching || showsAll ? active : listed), ...(folded > 0 && !isSearching ? [] : archivedInSight)]}
            openSessionId={openSessionId}
            seen={seen}
            scroller={scroller}
          >
            {isEmpty && (
              <li>
                <button
                  type="button"
                  onClick={() => start.mutate(project.id)}
                  disabled={start.isPending}
                  className="h-7 w-full rounded-md pl-[30px] text-left text-faint hover:bg-hover hover:text-ink pointer-coarse:h-10"
                >
                  Start the first session
                </button>
              </li>
            )}
          </SessionRows>
          {folded > 0 && !isSearching && (
            <Fold isOpen={showsAll} onToggle={() => setShowsAll(!showsAll)}>
              {showsAll ? "Show fewer" : `Show ${folded} more`}
            </Fold>
          )}
          {folded > 0 && !isSearching && archivedInSight.length > 0 && (
            <SessionRows id={`${id}-archived`} sessions={archivedInSight} openSessionId={openSessionId} seen={seen} scroller={scroller} />
          )}
          {archived.length > 0 && !isSearching && (
            <Fold isOpen={showsArchived} onToggle={() => setShowsArchived(!showsArchived)}>
              {archived.length} archived
            </Fold>
          )}
        </>
      )}
    </section>
  );
}

function Fold({ isOpen, onToggle, children }: { isOpen: boolean; onToggle: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onToggle}
      className="flex h-6 w-full items-center gap-2 rounded-md px-2 text-left text-xs text-faint hover:bg-hover hover:text-ink pointer-coarse:h-10"
    >
      <ChevronRight aria-hidden className={clsx("size-3.5 transition-transform", isOpen && "rotate-90")} />
      {children}
    </button>
  );
}
