import type { Terminal } from "@boocode/shared/terminals/terminal";
import { SquareTerminal } from "lucide-react";
import { EditableTitle } from "../../sessions/editable-title.tsx";
import { useRenameTerminal } from "../../terminals/use-terminals.ts";
import { type OfTab, type Renaming, TabButton } from "./tab-button.tsx";

const ICON = <SquareTerminal aria-hidden className="size-3.5 shrink-0" />;

/** The tab of a terminal. F2 or a double click renames it. A ring says that it has ended, a dot that it has written something unseen. */
export function TerminalTab({ terminal, isRenaming, onRenaming, ...tab }: OfTab & Renaming & { terminal: Terminal }) {
  const rename = useRenameTerminal();
  if (isRenaming) {
    return (
      <div className="flex h-7 w-44 shrink-0 items-center gap-1.5 rounded-md bg-active px-2">
        {ICON}
        <EditableTitle
          label="Terminal title"
          value={terminal.title}
          onSave={(title) => rename.mutate({ terminalId: terminal.id, title })}
          onDone={() => onRenaming(false)}
          className="text-sm"
        />
      </div>
    );
  }
  const mark = terminal.end ? (
    <span data-ended className="block size-1.5 rounded-full border border-muted" />
  ) : terminal.hasUnseen && !tab.isActive ? (
    <span data-unseen className="block size-1.5 rounded-full bg-muted" />
  ) : null;
  return <TabButton {...tab} icon={ICON} title={terminal.title} mark={mark} onRename={() => onRenaming(true)} />;
}
