import type { Project } from "@boocode/shared/projects/project";
import { clsx } from "clsx";
import { ChevronRight, Plus } from "lucide-react";
import type { ComponentProps, KeyboardEvent } from "react";
import { AskingCount } from "../../agents/asking-count.tsx";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { useStartSession } from "../use-sessions.ts";
import { ProjectMenu } from "./project-menu.tsx";

/** How a project is moved among the others. */
export interface ProjectMove {
  /** Null at the ends of the list. */
  up: (() => void) | null;
  down: (() => void) | null;
  /** Pointer listeners of the name, by which it is dragged. */
  handle: Pick<ComponentProps<"button">, "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel" | "onClickCapture">;
  isDragged: boolean;
  /** True if a dragged project would be put before this one. */
  isTarget: boolean;
}

type ProjectHeaderProps = {
  project: Project;
  /** The id of its list of sessions. */
  controls: string;
  isOpen: boolean;
  onToggle: () => void;
  /** The number of its sessions that need the person, shown while it is closed. */
  needsYou: number;
  /** Null during a search. */
  move: ProjectMove | null;
};

/** The name of a project above its sessions: a click folds them, and it can be dragged, or moved with Alt and an arrow. */
export function ProjectHeader({ project, controls, isOpen, onToggle, needsYou, move }: ProjectHeaderProps) {
  const start = useStartSession();
  const onKeyDown = (event: KeyboardEvent) => {
    const act = move && event.altKey ? { ArrowUp: move.up, ArrowDown: move.down }[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act?.();
  };
  return (
    <header
      data-drag-id={project.id}
      className={clsx(
        "sticky top-0 z-1 flex h-7 items-center gap-1.5 bg-surface pr-1 pointer-coarse:h-10",
        move?.isDragged && "opacity-50",
        move?.isTarget && "shadow-[inset_0_2px_0_0_var(--accent)]",
      )}
    >
      <h2 className="flex min-w-0 flex-1 items-center">
        <button
          type="button"
          data-row
          aria-expanded={isOpen}
          aria-controls={controls}
          aria-keyshortcuts={move ? "Alt+ArrowUp Alt+ArrowDown" : undefined}
          title={project.path}
          onClick={onToggle}
          onKeyDown={onKeyDown}
          {...move?.handle}
          className="flex h-6 min-w-0 items-center gap-2 rounded-md px-2 text-left text-sm font-medium text-muted hover:text-ink pointer-coarse:h-10"
        >
          <ChevronRight aria-hidden className={clsx("size-3.5 shrink-0 text-faint transition-transform", isOpen && "rotate-90")} />
          <span className="min-w-0 truncate">{project.name}</span>
        </button>
        {project.isDemo && <Badge>demo</Badge>}
        {!isOpen && <AskingCount count={needsYou} title={`${needsYou} in here need you`} className="ml-1.5" />}
      </h2>
      <div className="flex shrink-0 opacity-0 group-focus-within/project:opacity-100 group-hover/project:opacity-100 has-data-popup-open:opacity-100 pointer-coarse:opacity-100">
        <ProjectMenu project={project} onMoveUp={move?.up ?? null} onMoveDown={move?.down ?? null} />
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
  );
}
