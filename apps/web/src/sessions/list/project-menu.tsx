import type { Project } from "@boocode/shared/projects/project";
import { ArrowDown, ArrowUp, Copy, Ellipsis, FolderGit2, Unplug } from "lucide-react";
import { Suspense, useState } from "react";
import { copyText } from "../../ui/browser/copy-text.ts";
import { Menu } from "../../ui/popups/menu.tsx";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";
import { later } from "../../ui/browser/later.ts";

const AdoptDialog = later(() => import("../adopting/adopt-dialog.tsx"));
const RemoveProjectDialog = later(() => import("../removing/remove-project-dialog.tsx"));

type ProjectMenuProps = {
  project: Project;
  /** Null at the end of the list. */
  onMoveUp: (() => void) | null;
  onMoveDown: (() => void) | null;
};

/** What can be done with a project. */
export function ProjectMenu({ project, onMoveUp, onMoveDown }: ProjectMenuProps) {
  const [isAdopting, setAdopting] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const entries: MenuEntry[] = [
    { label: "Existing worktree or branch…", icon: <FolderGit2 aria-hidden />, onSelect: () => setAdopting(true) },
    { label: "Copy path", icon: <Copy aria-hidden />, onSelect: () => void copyText(project.path) },
    ...(onMoveUp ? [{ label: "Move up", icon: <ArrowUp aria-hidden />, shortcut: "Alt+↑", onSelect: onMoveUp }] : []),
    ...(onMoveDown ? [{ label: "Move down", icon: <ArrowDown aria-hidden />, shortcut: "Alt+↓", onSelect: onMoveDown }] : []),
    { label: "Remove from the list…", icon: <Unplug aria-hidden />, onSelect: () => setRemoving(true) },
  ];
  return (
    <>
      <Menu
        label="Project actions"
        icon={<Ellipsis aria-hidden className="size-3.5" />}
        entries={entries}
        className="inline-flex size-6 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink data-popup-open:bg-hover pointer-coarse:size-10"
      />
      {isAdopting && (
        <Suspense>
          <AdoptDialog project={project} onDone={() => setAdopting(false)} />
        </Suspense>
      )}
      {isRemoving && (
        <Suspense>
          <RemoveProjectDialog project={project} onDone={() => setRemoving(false)} />
        </Suspense>
      )}
    </>
  );
}
