import type { Session } from "@boocode/shared/sessions/session";
import { Archive, ArchiveRestore, Copy, Ellipsis, GitBranch, Pencil, Trash2 } from "lucide-react";
import { copyText } from "../../ui/browser/copy-text.ts";
import type { MenuEntry } from "../../ui/popups/menu-entry.ts";
import { Menu } from "../../ui/popups/menu.tsx";
import { useArchiving } from "../archiving/archiving-desk.tsx";
import { useAskDelete } from "../deletion/deletion-desk.tsx";

type SessionMenuProps = {
  session: Session;
  onRename: () => void;
  /** The shortcut of "Delete" where one works. */
  deleteShortcut?: string;
  align?: "start" | "end";
  className: string;
};

/** What can be done with a session: in its row and in the header of its page. */
export function SessionMenu({ session, onRename, deleteShortcut, align = "start", className }: SessionMenuProps) {
  const archive = useArchiving();
  const askDelete = useAskDelete();
  const { id, title, worktree, archived } = session;
  const entries: MenuEntry[] = [{ label: "Rename", icon: <Pencil aria-hidden />, takesFocus: true, onSelect: onRename }];
  if (worktree) {
    entries.push(
      { label: "Copy branch name", icon: <GitBranch aria-hidden />, onSelect: () => void copyText(worktree.branch) },
      { label: "Copy worktree path", icon: <Copy aria-hidden />, onSelect: () => void copyText(worktree.path) },
    );
  }
  entries.push(
    {
      label: archived ? "Unarchive" : "Archive",
      icon: archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />,
      onSelect: () => archive(session, !archived),
    },
    {
      label: "Delete",
      icon: <Trash2 aria-hidden />,
      isDangerous: true,
      ...(deleteShortcut ? { shortcut: deleteShortcut } : {}),
      onSelect: () => askDelete({ kind: "session", sessionId: id, title }),
    },
  );
  return (
    <Menu
      label="Session actions"
      icon={<Ellipsis aria-hidden className="size-3.5" />}
      entries={entries}
      align={align}
      className={className}
    />
  );
}
