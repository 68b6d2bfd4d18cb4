import { type RefObject, useEffect, useRef } from "react";
import { useSettings } from "../../api/use-settings.ts";
import { navigate } from "../../ui/browser/location.tsx";
import { useStoredState } from "../../ui/browser/stored-state.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useSeen } from "../seen.ts";
import { toSessionPath } from "../session-paths.ts";
import { useProjects, useSessions } from "../use-sessions.ts";
import { findNeighbour, findSessions } from "./find-sessions.ts";
import { toFoundWords } from "./found-words.ts";
import { NeedsYouStrip } from "./needs-you-strip.tsx";
import { ProjectGroup } from "./project-group.tsx";
import { useProjectMoves } from "./project-order.ts";
import { useSessionKeys } from "./use-session-keys.ts";

type SessionListProps = {
  query: string;
  openSessionId: string | null;
  scroller: RefObject<HTMLElement | null>;
  onOpenRepository: () => void;
};

const isStrings = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === "string");

/** The projects with their sessions, in an order that only the person changes. */
export function SessionList({ query, openSessionId, scroller, onOpenRepository }: SessionListProps) {
  const projects = useProjects();
  const sessions = useSessions();
  const order = useSettings()?.projectOrder;
  const seen = useSeen();
  const list = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useStoredState<readonly string[]>("closedProjects", [], isStrings);
  const groups = projects && sessions && order ? findSessions(projects, order, sessions, query) : null;
  const { moveOf, said, isTargetEnd } = useProjectMoves(list, groups?.map(({ project }) => project.id) ?? []);
  useSessionKeys((step) => {
    const next = projects && sessions && order && findNeighbour(findSessions(projects, order, sessions, ""), openSessionId, step);
    if (next) navigate(toSessionPath(next.id));
  });
  useEffect(() => {
    // A session opened by key or by link is shown in the list.
    const row = openSessionId && scroller.current?.querySelector(`[data-session="${CSS.escape(openSessionId)}"]`);
    if (row) row.scrollIntoView({ block: "nearest" });
  }, [openSessionId, scroller]);

  if (!groups || !projects || !sessions) return <ListSkeleton />;
  if (projects.length === 0) {
    return (
      <EmptyState
        title="No projects yet"
        hint="A project is a git repository that agents may work on."
        action={
          <Button size="sm" onClick={onOpenRepository}>
            Open a repository
          </Button>
        }
      />
    );
  }

  const isSearching = query.trim() !== "";
  const found = groups.reduce((count, group) => count + group.sessions.length, 0);
  const toggle = (id: string) => setClosed(closed.includes(id) ? closed.filter((each) => each !== id) : [...closed, id]);
  return (
    <>
      {!isSearching && (
        <NeedsYouStrip
          sessions={sessions.filter(({ attention, archived }) => attention === "needs_you" && !archived)}
          openSessionId={openSessionId}
          scroller={scroller}
        />
      )}
      <output className="sr-only">{isSearching && toFoundWords(found)}</output>
      {isSearching && groups.length === 0 && <p className="px-2 py-2 text-faint">No session matches.</p>}
      <div ref={list} className={isTargetEnd ? "flex flex-col gap-2 shadow-[inset_0_-2px_0_0_var(--accent)]" : "flex flex-col gap-2"}>
        {groups.map((group) => (
          <ProjectGroup
            key={group.project.id}
            {...group}
            openSessionId={openSessionId}
            seen={seen}
            isSearching={isSearching}
            isClosed={closed.includes(group.project.id)}
            onToggle={() => toggle(group.project.id)}
            move={moveOf(group.project.id)}
            scroller={scroller}
          />
        ))}
      </div>
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}

/** What stands in place of the list while it is loaded. */
export function ListSkeleton() {
  return (
    <div className="flex flex-col gap-3 px-2 pt-2">
      {["w-20", "w-44", "w-36", "w-48", "w-28"].map((width) => (
        <Skeleton key={width} className={`h-3.5 ${width}`} />
      ))}
    </div>
  );
}
