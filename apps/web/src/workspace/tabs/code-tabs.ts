import type { PaneId, SessionId } from "@boocode/shared/ids";
import { findPaneOf } from "@boocode/shared/panes/apply-layout-change";
import { type Layout, listPanes, type Pane } from "@boocode/shared/panes/layout";
import { type Tab, toTabKey } from "@boocode/shared/panes/tab";
import { codeDrafts } from "../../files/drafts/code-drafts.ts";
import { listTabs } from "../layout/derive-layout.ts";
import { changeLayout, currentLayout } from "../layout/page-layout.ts";
import { toMovedPath } from "../../files/moved-path.ts";

type CodeTab = Extract<Tab, { kind: "code" }>;
const isCode = (tab: Tab): tab is CodeTab => tab.kind === "code";
const visibleOf = ({ tabs, active }: Pane): Tab | undefined => tabs.find((tab) => toTabKey(tab) === active);

/** Shows the code in a pane: its visible code tab, otherwise its last one, otherwise one without a file. */
export function openCode(sessionId: SessionId, paneId: PaneId): void {
  const pane = listPanes(currentLayout(sessionId)?.root ?? NO_PANE).find(({ id }) => id === paneId);
  const visible = pane && visibleOf(pane);
  const tab = visible?.kind === "code" ? visible : (pane?.tabs.findLast(isCode) ?? { kind: "code" as const, path: null });
  changeLayout(sessionId, { kind: "show", tab, paneId });
}

/**
 * Shows a file: where it is open, otherwise in the pane that shows code, otherwise in the active one. It takes the place of the tab in which it
 * was chosen, unless that has unsaved text, so that looking at files one after the other leaves one tab.
 */
export function openFile(sessionId: SessionId, path: string, chosenIn?: string | null): void {
  const layout = currentLayout(sessionId);
  const from: Tab | null = chosenIn === undefined ? null : { kind: "code", path: chosenIn };
  const hasDraft = chosenIn != null && codeDrafts.read(sessionId, chosenIn) !== null;
  changeLayout(sessionId, {
    kind: "show",
    tab: { kind: "code", path },
    paneId: layout ? ((from && findPaneOf(layout, toTabKey(from))) ?? findCodePane(layout))?.id : undefined,
    insteadOf: from && !hasDraft ? toTabKey(from) : undefined,
  });
}

/** The pane that shows code: the active one if it does. */
function findCodePane({ root, activePaneId }: Layout): Pane | undefined {
  const showing = listPanes(root).filter((pane) => visibleOf(pane)?.kind === "code");
  return showing.find(({ id }) => id === activePaneId) ?? showing[0];
}

/** Follows a file or folder that was renamed or removed. The tab in which that was done stays, without a file if need be. */
export function followMovedFile(sessionId: SessionId, from: string, to: string | null): void {
  const layout = currentLayout(sessionId);
  if (!layout) return;
  const codeTabs = listTabs(layout).filter(isCode);
  const moved = codeTabs.flatMap(({ path }) => {
    const next = path === null ? null : toMovedPath(path, from, to);
    return path === null || next === path ? [] : [{ path, next }];
  });
  for (const { path, next } of moved) {
    const tabKey = toTabKey({ kind: "code", path });
    const isLast = next === null && moved.length === codeTabs.length;
    if (next !== null || isLast)
      changeLayout(sessionId, { kind: "replaceTab", tabKey, tab: { kind: "code", path: next } }, { replace: true });
    else changeLayout(sessionId, { kind: "closeTab", tabKey }, { replace: true });
  }
}

const NO_PANE: Pane = { kind: "pane", id: "" as PaneId, tabs: [], active: null };
