import { clsx } from "clsx";
import { FileDiff, X } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode, useEffect, useRef } from "react";

/** What every tab of the pane has. */
export type OfTab = {
  tabKey: string;
  isActive: boolean;
  /** False in a pane that is not the active one. */
  isInActivePane: boolean;
  panelId: string;
  onShow: () => void;
  onClose: () => void;
  /** A press of the pointer, which may become a drag. */
  onPress: (event: PointerEvent) => void;
  onMenu: (tab: HTMLButtonElement) => void;
};

/** What tabs that can be renamed have, too. */
export type Renaming = { isRenaming: boolean; onRenaming: (isRenaming: boolean) => void };

/** The tab of the session's changes, or of those of one turn. */
export function ChangesTabButton({ isOfTurn, ...tab }: OfTab & { isOfTurn: boolean }) {
  const title = isOfTurn ? "Changes of a turn" : "Changes";
  return <TabButton {...tab} icon={<FileDiff aria-hidden className="size-3.5 shrink-0" />} title={title} mark={null} onRename={null} />;
}

type TabButtonProps = OfTab & {
  icon: ReactNode;
  title: string;
  /** What happens in the tab, in the place of the close button; null if nothing does. */
  mark: ReactNode;
  /** The mark in words. */
  note?: string | undefined;
  onRename: (() => void) | null;
};

/** A tab of the pane. */
export function TabButton({ icon, title, mark, note, onRename, ...of }: TabButtonProps) {
  const { tabKey, isActive, isInActivePane, panelId, onShow, onClose, onPress, onMenu } = of;
  const tab = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isActive) tab.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isActive]);
  const click = (event: MouseEvent) => {
    // The close button is inside the tab and only for the pointer, because a tab list may contain only tabs. Delete closes by key.
    if ((event.target as Element).closest("[data-close]")) onClose();
    else onShow();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Delete") onClose();
    else if (event.key === "F2" && onRename) onRename();
    else return;
    event.preventDefault();
  };
  const isClosable = isActive && mark === null;
  return (
    <button
      ref={tab}
      type="button"
      role="tab"
      data-tab={tabKey}
      aria-selected={isActive}
      aria-controls={isActive ? panelId : undefined}
      tabIndex={isActive ? 0 : -1}
      title={title}
      onClick={click}
      onPointerDown={(event) => {
        if (!(event.target as Element).closest("[data-close]")) onPress(event);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(event.currentTarget);
      }}
      onAuxClick={(event) => event.button === 1 && onClose()}
      onDoubleClick={onRename ?? undefined}
      onKeyDown={press}
      className={clsx(
        "group/tab relative flex h-7 max-w-48 min-w-0 shrink-0 items-center gap-1.5 rounded-md pr-1 pl-2 text-sm transition-colors",
        isActive ? "bg-active" : "hover:bg-hover hover:text-ink",
        isActive && isInActivePane ? "text-ink" : "text-muted",
      )}
    >
      {icon}
      <span className="min-w-0 truncate">{title}</span>
      {note !== undefined && <span className="sr-only">{note}</span>}
      <span aria-hidden className="relative grid size-5 shrink-0 place-items-center">
        <span className={clsx("group-hover/tab:invisible", isClosable && "invisible")}>{mark}</span>
        <span
          data-close
          className={clsx(
            "absolute inset-0 place-items-center rounded-sm hover:bg-hover hover:text-ink",
            isClosable ? "grid" : "hidden group-hover/tab:grid",
          )}
        >
          <X className="size-3.5" />
        </span>
      </span>
    </button>
  );
}
