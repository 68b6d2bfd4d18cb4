import type { ProjectId } from "@boocode/shared/ids";
import { FolderPlus, PanelLeft, Search, Settings, SquarePen, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, Suspense, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Deferred } from "../ui/deferred.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { requestPalette } from "../ui/browser/palette-request.ts";
import { toShownShortcut } from "../ui/browser/shortcut.ts";
import { Logo } from "../ui/logo.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { ListSkeleton, SessionList } from "./list/session-list.tsx";
import { NEW_SESSION_KEYS } from "./list/session-keys.ts";
import { focusNextRow } from "./list/undrawn-rows.tsx";
import { InboxLink } from "./inbox/inbox-link.tsx";
import { TrashLink } from "./trash/trash-link.tsx";
import { useStartSession } from "./use-sessions.ts";
import { later } from "../ui/browser/later.ts";

const OpenRepositoryDialog = later(() => import("./opening/open-repository-dialog.tsx"));

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
        <InboxLink className="ml-auto" />
        <IconButton label="Hide the sidebar" shortcut="Mod+B" onClick={onHide}>
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
        {query.trim() !== "" && (
          <Button size="sm" className="w-full !justify-start" onClick={() => requestPalette(query.trim())}>
            Search in all chats
            <span aria-hidden className="ml-auto">
              <Kbd keys="Mod+K" />
            </span>
          </Button>
        )}
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
        className="h-7 w-full rounded-md bg-hover pr-7 pointer-coarse:h-10 pl-7 placeholder:text-faint hover:bg-active focus:bg-canvas focus:outline-1 focus:outline-accent [&::-webkit-search-cancel-button]:hidden"
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

/** Moves between rows with the up and down keys. */
function moveAmongRows(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : null;
  if (step === null || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (focusNextRow(event.currentTarget, step)) event.preventDefault();
}
