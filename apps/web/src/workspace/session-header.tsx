import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { isSwitched } from "@boocode/shared/worktrees/decide-worktree-state";
import { PanelLeft, PanelRight } from "lucide-react";
import { useState } from "react";
import { useChangesFrame } from "../changes/changes-frame.tsx";
import { BranchChip } from "../git/branch-chip.tsx";
import { EditableTitle } from "../sessions/editable-title.tsx";
import { InboxLink } from "../sessions/inbox/inbox-link.tsx";
import { SessionMenu } from "../sessions/list/session-menu.tsx";
import { useRenameSession } from "../sessions/use-sessions.ts";
import { Badge } from "../ui/badge.tsx";
import { NARROW, useMedia } from "../ui/browser/media.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { toShortCount } from "../ui/labels.ts";

type SessionHeaderProps = {
  session: Session;
  project: Project | undefined;
  /** Null while the sidebar is visible. */
  onShowSidebar: (() => void) | null;
  /** Null while the rail is visible. */
  onShowRail: (() => void) | null;
  /** True while the changes fill the pane below. */
  areChangesShown: boolean;
};

/** The header of a session: title, project, branch, and size of its changes. */
export function SessionHeader({ session, project, onShowSidebar, onShowRail, areChangesShown }: SessionHeaderProps) {
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRenameSession();
  const { worktree } = session;
  // Show the branch that is actually checked out.
  const isElsewhere = worktree !== null && isSwitched(worktree);
  const branch = isElsewhere || worktree?.adopted === "worktree" ? worktree.head : (worktree?.branch ?? session.adoptedBranch);
  const isGone = worktree?.state === "missing" || worktree?.state === "replaced";
  const { openWide } = useChangesFrame();
  const isNarrow = useMedia(NARROW);
  const hasChanges = session.additions + session.deletions > 0;

  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line pr-2 pl-3 max-md:pl-2">
      {onShowSidebar && (
        <IconButton label="Show the sidebar" shortcut="Mod+B" onClick={onShowSidebar} className="max-md:ml-0 -ml-1">
          <PanelLeft aria-hidden />
        </IconButton>
      )}
      {onShowSidebar && <InboxLink isQuiet />}
      {isRenaming ? (
        <EditableTitle
          label="Session title"
          value={session.title}
          onSave={(title) => rename.mutate({ sessionId: session.id, title })}
          onDone={() => setRenaming(false)}
          className="max-w-96 font-semibold"
        />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a shortcut for the pointer; keyboard users have F2 and the row's menu
        <h1
          className="min-w-0 truncate font-semibold md:max-w-[55%]"
          title={`${session.title}\nDouble-click to rename`}
          onDoubleClick={() => setRenaming(true)}
        >
          {rename.isPending ? rename.variables.title : session.title}
        </h1>
      )}
      {session.archived && <Badge>archived</Badge>}
      {worktree?.adopted === "worktree" && (
        <Badge title={`${worktree.path} is yours: it is never moved or removed.`} className="max-md:hidden">
          not made by BooCode
        </Badge>
      )}
      {isGone && <Badge tone="removed">{worktree.state === "missing" ? "folder gone" : "folder replaced"}</Badge>}
      {project && (
        <span className="flex max-w-40 min-w-16 items-center gap-1.5 truncate text-muted max-md:hidden">
          <span className="text-line-strong">/</span>
          <span className="truncate" title={project.name}>
            {project.name}
          </span>
          {project.isDemo && <Badge>demo</Badge>}
        </span>
      )}
      {branch && <BranchChip sessionId={session.id} branch={branch} ownBranch={isElsewhere ? worktree.branch : null} />}
      <div className="ml-auto flex shrink-0 items-center gap-1">
        <SessionMenu
          session={session}
          onRename={() => setRenaming(true)}
          align="end"
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted transition-colors pointer-coarse:size-10 hover:bg-hover hover:text-ink data-popup-open:bg-hover"
        />
        {onShowRail && (
          <>
            {hasChanges && !areChangesShown && (
              <button
                type="button"
                // A drawer is too narrow for a diff where a pane is not much wider.
                onClick={isNarrow ? () => openWide(null) : onShowRail}
                className="tabular h-6 rounded-md px-1.5 text-sm hover:bg-hover pointer-coarse:h-10"
                aria-label={`+${toShortCount(session.additions)} −${toShortCount(session.deletions)}, show the changes`}
              >
                <span className="text-added">+{toShortCount(session.additions)}</span>{" "}
                <span className="text-removed">−{toShortCount(session.deletions)}</span>
              </button>
            )}
            <IconButton label="Show the details" shortcut="Mod+J" onClick={onShowRail}>
              <PanelRight aria-hidden />
            </IconButton>
          </>
        )}
      </div>
    </header>
  );
}
