import { Columns2, FileCode, MessageSquare, Plus, RotateCcw, SquareTerminal, X } from "lucide-react";
import { toShownShortcut } from "../../ui/browser/shortcut.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu } from "../../ui/popups/menu.tsx";
import { CLOSE_PANE_KEYS, CODE_KEYS, NEW_CHAT_KEYS, NEW_TERMINAL_KEYS, REOPEN_KEYS, SPLIT_KEYS } from "../keys.ts";

/** What a pane can be split with. */
export type SplitKind = "chat" | "terminal" | "code";

type PaneButtonsProps = {
  onNewChat: () => void;
  isCreating: boolean;
  onNewTerminal: () => void;
  isOpeningTerminal: boolean;
  onCode: () => void;
  /** Null if there is no room for another pane. */
  onSplit: ((kind: SplitKind) => void) | null;
  /** Null if it is the only pane. */
  onClosePane: (() => void) | null;
  /** Null if nothing that was closed can come back. */
  onReopen: (() => void) | null;
};

/** The buttons of a pane, beside its tabs. */
export function PaneButtons(props: PaneButtonsProps) {
  const { onSplit } = props;
  const split = (kind: SplitKind) => () => onSplit?.(kind);
  return (
    <>
      <IconButton size="sm" label="New tab" shortcut={toShownShortcut(NEW_CHAT_KEYS)} onClick={props.onNewChat} disabled={props.isCreating}>
        <Plus aria-hidden />
      </IconButton>
      <IconButton
        size="sm"
        label="New terminal"
        shortcut={toShownShortcut(NEW_TERMINAL_KEYS)}
        onClick={props.onNewTerminal}
        disabled={props.isOpeningTerminal}
      >
        <SquareTerminal aria-hidden />
      </IconButton>
      <IconButton size="sm" label="Code" shortcut={toShownShortcut(CODE_KEYS)} onClick={props.onCode}>
        <FileCode aria-hidden />
      </IconButton>
      <span className="ml-auto" />
      {props.onReopen && (
        <IconButton size="sm" label="Reopen closed pane" shortcut={toShownShortcut(REOPEN_KEYS)} onClick={props.onReopen}>
          <RotateCcw aria-hidden />
        </IconButton>
      )}
      {onSplit && (
        <Menu
          label="Split pane"
          icon={<Columns2 aria-hidden className="size-3.5" />}
          align="end"
          className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink active:bg-active aria-expanded:bg-hover"
          entries={[
            {
              label: "Chat",
              icon: <MessageSquare aria-hidden />,
              shortcut: toShownShortcut(SPLIT_KEYS),
              takesFocus: true,
              onSelect: split("chat"),
            },
            { label: "Terminal", icon: <SquareTerminal aria-hidden />, takesFocus: true, onSelect: split("terminal") },
            { label: "Code", icon: <FileCode aria-hidden />, takesFocus: true, onSelect: split("code") },
          ]}
        />
      )}
      {props.onClosePane && (
        <IconButton size="sm" label="Close pane" shortcut={toShownShortcut(CLOSE_PANE_KEYS)} onClick={props.onClosePane}>
          <X aria-hidden />
        </IconButton>
      )}
    </>
  );
}
