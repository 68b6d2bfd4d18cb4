import type { Layout } from "@boocode/shared/panes/layout";
import { findPaneAt, type Rect, type ShownPane } from "@boocode/shared/panes/pane-views";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import { useCommand } from "../../ui/browser/commands.ts";
import { useShortcut } from "../../ui/browser/shortcut.ts";
import {
  CLOSE_CHAT_KEYS,
  CLOSE_PANE_KEYS,
  CODE_KEYS,
  FOCUS_PANE_KEYS,
  MOVE_TAB_KEYS,
  NEW_CHAT_KEYS,
  NEW_TERMINAL_KEYS,
  REOPEN_KEYS,
  SPLIT_KEYS,
} from "../keys.ts";
import { focusInside } from "../regions.ts";
import type { SplitKind } from "../tabs/pane-buttons.tsx";
import type { PaneActions } from "./use-pane-actions.ts";

const TAB_KEYS = Array.from({ length: 9 }, (_, index) => `Mod+${index + 1}`);

type PaneKeysOptions = {
  panes: readonly (ShownPane & { rect: Rect })[];
  layout: Layout;
  actions: PaneActions;
  onShow: (tab: Tab) => void;
  onActivate: (pane: ShownPane) => void;
  onClose: (tab: Tab) => void;
  /** Null if there is one pane. */
  onClosePane: (() => void) | null;
  onCode: () => void;
  /** Null if there is no room for another pane. */
  onSplit: ((kind: SplitKind) => void) | null;
  /** Moves a tab to the next pane; null if there is no room for one. */
  onMove: ((tab: Tab) => void) | null;
};

/** The commands and shortcuts of the panes, all for the active one. */
export function usePaneKeys(options: PaneKeysOptions): void {
  const { panes, layout, actions, onShow, onActivate, onClose, onClosePane, onCode, onSplit, onMove } = options;
  const active = panes.find(({ stacked }) => stacked.some(({ id }) => id === layout.activePaneId));
  const tabs = active?.stacked.flatMap((pane) => pane.tabs) ?? [];
  const activeTab = active?.pane.tabs.find((tab) => toTabKey(tab) === active.pane.active);
  useCommand("New chat", NEW_CHAT_KEYS, () => active && actions.newChat(active.pane));
  useCommand("New terminal", NEW_TERMINAL_KEYS, () => active && actions.newTerminal(active.pane));
  useCommand("Code", CODE_KEYS, onCode);
  useCommand("Close tab", CLOSE_CHAT_KEYS, () => activeTab && onClose(activeTab), activeTab !== undefined);
  useCommand("Reopen closed pane or chat", REOPEN_KEYS, () => actions.reopen?.(), actions.reopen !== null);
  const canSplit = onSplit !== null;
  useCommand("Split pane with a chat", SPLIT_KEYS, () => onSplit?.("chat"), canSplit);
  useCommand("Split pane with a terminal", [], () => onSplit?.("terminal"), canSplit);
  useCommand("Split pane with code", [], () => onSplit?.("code"), canSplit);
  useCommand("Close pane", CLOSE_PANE_KEYS, () => onClosePane?.(), onClosePane !== null);
  useCommand(
    "Move tab to the next pane",
    MOVE_TAB_KEYS,
    () => activeTab && onMove?.(activeTab),
    activeTab !== undefined && onMove !== null,
  );
  const towards = (to: "left" | "right" | "top" | "bottom") => findPaneAt(panes, layout.activePaneId, to);
  const go = (to: ShownPane | null) => {
    if (!to) return;
    onActivate(to);
    const element = document.querySelector<HTMLElement>(`[data-pane="${CSS.escape(to.key)}"]`);
    if (element) focusInside(element);
  };
  useCommand("Go to the pane on the left", FOCUS_PANE_KEYS.left, () => go(towards("left")), towards("left") !== null);
  useCommand("Go to the pane on the right", FOCUS_PANE_KEYS.right, () => go(towards("right")), towards("right") !== null);
  useCommand("Go to the pane above", FOCUS_PANE_KEYS.top, () => go(towards("top")), towards("top") !== null);
  useCommand("Go to the pane below", FOCUS_PANE_KEYS.bottom, () => go(towards("bottom")), towards("bottom") !== null);
  useShortcut(TAB_KEYS, (event) => {
    const digit = Number(event.code.slice(-1));
    const tab = digit === 9 ? tabs.at(-1) : tabs[digit - 1];
    if (tab) onShow(tab);
  });
}
