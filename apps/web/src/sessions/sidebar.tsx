import type { ProjectId } from "@boocode/shared/ids";
import { FolderPlus, PanelLeft, Search, Settings, SquarePen, X } from "lucide-react";
import { type KeyboardEvent, lazy, type ReactNode, type RefObject, Suspense, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Deferred } from "../ui/deferred.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { toShownShortcut } from "../ui/browser/shortcut.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Logo } from "../ui/logo.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { findSessions } from "./list/find-sessions.ts";
import { ProjectGroup, toFoundWords } from "./list/project-group.tsx";
import { useSeen } from "./seen.ts";
import { NEW_SESSION_KEYS } from "./list/session-keys.ts";
import { TrashLink } from "./trash/trash-link.tsx";
import { useProjects, useSessions, useStartSession } from "./use-sessions.ts";

const OpenRepositoryDialog = lazy(() => import("./opening/open-repository-dialog.tsx"));

type SidebarProps = {
  /** The resize handle; null in a drawer. */
  handle: ReactNode;
  openSessionId: string | null;
  /** The project in which "New session" starts a session; null if there is no project. */
  currentProjectId: ProjectId | null;
  onHide: () => void;
  onOpenSettings: () => void;
};

/** The sidebar: projects with their sessions, and the global actions. */
export function Sidebar({ handle, openSessionId, currentProjectId, onHide, onOpenSettings }: SidebarProps) {
  const [query, setQuery] = useState("");
  const [isOpening, setOpening] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const start = useStartSession();

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- key events bubble up from the links in it
    <nav
      aria-label="Sessions"
      data-region="sessions"
      tabIndex={-1}
      onKeyDown={moveAmongRows}
      className="flex h-full min-h-0 flex-col bg-surface outline-none"
    >
      <div className="flex h-11 shrink-0 items-center gap-2 pr-2 pl-3">
        <Logo size={18} />
        <span className="font-semibold tracking-tight">BooCode</span>
        <IconButton className="ml-auto" label="Hide the sidebar" shortcut="Mod+B" onClick={onHide}>
          <PanelLeft aria-hidden />
        </IconButton>
      </div>
      <div className="flex shrink-0 flex-col gap-1.5 px-2 pb-2">
        <Button
          className="group w-full !justify-start !px-2"
          busy={start.isPending}
          onClick={() => (currentProjectId ? start.mutate(currentProjectId) : setOpening(true))}
        >
          <SquarePen aria-hidden className="size-4 text-muted" />
          New session
          <span aria-hidden className="absolute right-2 opacity-0 transition-opacity group-hover:opacity-100">
            <Kbd keys={toShownShortcut(NEW_SESSION_KEYS)} />
          </span>
        </Button>
        <SearchField value={query} onChange={setQuery} />
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto px-2 pb-2">
        <Deferred fallback={<ListSkeleton />}>
          <SessionList query={query} openSessionId={openSessionId} scroller={scroller} onOpenRepository={() => setOpening(true)} />
        </Deferred>
      </div>
      <div className="flex h-10 shrink-0 items-center gap-1 border-t border-line pr-1.5 pl-3">
        <ConnectionLine />
        <TrashLink />
        <IconButton label="Open a repository" tooltipSide="top" onClick={() => setOpening(true)}>
          <FolderPlus aria-hidden />
        </IconButton>
        <IconButton label="Settings" shortcut="Mod+," tooltipSide="top" onClick={onOpenSettings}>
          <Settings aria-hidden />
        </IconButton>
      </div>
      {isOpening && (
        <Suspense>
          <OpenRepositoryDialog onClose={() => setOpening(false)} />
        </Suspense>
      )}
      {handle}
    </nav>
  );
}

function SessionList({
  query,
  openSessionId,
  scroller,
  onOpenRepository,
}: {
  query: string;
  openSessionId: string | null;
  scroller: RefObject<HTMLElement | null>;
  onOpenRepository: () => void;
}) {
  const projects = useProjects();
  const sessions = useSessions();
  const seen = useSeen();
  if (!projects || !sessions) return <ListSkeleton />;
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
  const groups = findSessions(projects, sessions, query);
  const found = groups.reduce((count, group) => count + group.sessions.length, 0);
  return (
    <>
      <output className="sr-only">{isSearching && toFoundWords(found)}</output>
      {isSearching && groups.length === 0 && <p className="px-2 py-2 text-faint">No session matches.</p>}
      <div className="flex flex-col gap-2">
        {groups.map((group) => (
          <ProjectGroup
            key={group.project.id}
            {...group}
            openSessionId={openSessionId}
            seen={seen}
            isSearching={isSearching}
            scroller={scroller}
          />
        ))}
      </div>
    </>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <div className="relative flex items-center">
      <Search aria-hidden className="pointer-events-none absolute left-2 size-3.5 text-faint" />
      <input
        ref={field}
        type="search"
        aria-label="Search sessions"
        placeholder="Search"
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          event.stopPropagation();
          onChange("");
        }}
        className="h-7 w-full rounded-md bg-hover pr-7 pl-7 placeholder:text-faint hover:bg-active focus:bg-canvas focus:outline-1 focus:outline-accent [&::-webkit-search-cancel-button]:hidden"
      />
      {value !== "" && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            onChange("");
            field.current?.focus();
          }}
          className="absolute right-1 inline-flex size-5 items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-3 px-2 pt-2">
      {["w-20", "w-44", "w-36", "w-48", "w-28"].map((width) => (
        <Skeleton key={width} className={`h-3.5 ${width}`} />
      ))}
    </div>
  );
}

/** Moves between rows with the up and down keys. */
function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("a[data-row]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? rows.at(step === 1 ? 0 : -1) : rows[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
