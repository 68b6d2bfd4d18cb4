import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { clsx } from "clsx";
import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, Suspense, useEffect, useId } from "react";
import { ChangesPanel } from "../changes/changes-panel.tsx";
import { answerGit, useGitAsked } from "../git/git-asked.ts";
import { toSessionPath, toTabPath } from "../sessions/session-paths.ts";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { navigate } from "../ui/browser/location.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useStoredState } from "../ui/browser/stored-state.ts";
import { later } from "../ui/browser/later.ts";

const SessionDetails = later(() => import("./session-details.tsx"));
const GitPanel = later(() => import("../git/git-panel.tsx"));

const TABS = ["Changes", "Git", "Session"] as const;
type Tab = (typeof TABS)[number];
const isTab = (value: unknown): value is Tab => TABS.includes(value as Tab);

const WHAT: Readonly<Record<Tab, string>> = { Changes: "The changes", Git: "Git", Session: "The session's details" };

type RailProps = {
  /** The resize handle; null in a drawer. */
  handle: ReactNode;
  session: Session;
  project: Project | undefined;
  /** True while the changes fill the pane beside. */
  isWide: boolean;
  onHide: () => void;
};

/** The right rail: the pending changes, git and the session's details. */
export function Rail({ handle, session, project, isWide, onHide }: RailProps) {
  const [chosen, setChosen] = useStoredState<Tab>("rail.tab", "Changes", isTab);
  const asked = useGitAsked(session.id);
  useEffect(() => {
    if (!asked) return;
    setChosen("Git");
    answerGit();
  });
  // The changes are shown once.
  const tab = isWide && chosen === "Changes" ? "Session" : chosen;
  const id = useId();
  const setTab = (next: Tab) => {
    setChosen(next);
    if (isWide && next === "Changes") navigate(toSessionPath(session.id));
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + 1) % TABS.length]!;
    setTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };

  return (
    <aside aria-label="Details" data-region="details" tabIndex={-1} className="flex h-full min-h-0 flex-col bg-canvas outline-none">
      <div className="flex h-11 shrink-0 items-center border-b border-line pr-2 pl-2">
        <div role="tablist" aria-label="Details" tabIndex={-1} onKeyDown={press} className="flex gap-0.5">
          {TABS.map((each) => (
            <button
              key={each}
              id={`${id}-${each}`}
              type="button"
              role="tab"
              aria-selected={each === tab}
              aria-controls={`${id}-panel`}
              tabIndex={each === tab ? 0 : -1}
              onClick={() => setTab(each)}
              className={clsx(
                "h-7 rounded-md px-2.5 transition-colors pointer-coarse:h-10",
                each === tab ? "bg-active font-medium text-ink" : "text-muted hover:bg-hover hover:text-ink",
              )}
            >
              {each}
            </button>
          ))}
        </div>
        <IconButton className="ml-auto" label="Hide the details" shortcut="Mod+J" onClick={onHide}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} className="min-h-0 flex-1 overflow-auto">
        <ErrorBoundary key={`${session.id} ${tab}`} what={WHAT[tab]}>
          {tab === "Changes" && <ChangesPanel home="rail" taskId={null} />}
          <Suspense fallback={<Skeleton className="m-4 h-24" />}>
            {tab === "Session" && <SessionDetails session={session} project={project} />}
            {tab === "Git" && (
              <GitPanel
                sessionId={session.id}
                title={session.title}
                onShowTerminal={(terminalId) => navigate(toTabPath(session.id, { kind: "terminal", terminalId }))}
              />
            )}
          </Suspense>
        </ErrorBoundary>
      </div>
      {handle}
    </aside>
  );
}
