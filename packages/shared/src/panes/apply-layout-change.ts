import type { EpochMs, PaneId } from "../ids.ts";
import {
  type ClosedPane,
  type Edge,
  type Layout,
  listPanes,
  MAX_CLOSED_PANES,
  MAX_LAYOUT_DEPTH,
  MAX_PANES,
  type Pane,
  toDepth,
} from "./layout.ts";
import { findNeighbour, insertBeside, mapPanes, removePane, resizeSplit } from "./layout-tree.ts";
import { type Tab, toTabKey } from "./tab.ts";

/** Something that a person does to a layout. Tabs that are not there yet are opened. */
export type LayoutChange =
  /** Makes a tab visible where it stands. A new one opens in the given pane, otherwise the active one, or in place of another tab. */
  | { kind: "show"; tab: Tab; paneId?: PaneId | undefined; insteadOf?: string | undefined }
  /** Puts a tab into a pane, before the tab at `index`, otherwise at the end. */
  | { kind: "move"; tab: Tab; paneId: PaneId; index?: number | undefined }
  /** Puts a tab into a new pane beside a pane. */
  | { kind: "split"; tab: Tab; paneId: PaneId; edge: Edge; newPaneId: PaneId }
  /** Takes a tab out; its neighbour becomes visible. */
  | { kind: "closeTab"; tabKey: string }
  /** Another tab takes the place of one, which is gone if that stands somewhere already. */
  | { kind: "replaceTab"; tabKey: string; tab: Tab }
  | { kind: "closePane"; paneId: PaneId; at: EpochMs }
  | { kind: "reopenPane"; paneId: PaneId }
  | { kind: "resize"; path: readonly number[]; sizes: readonly number[] };

/** Returns the layout after a change. A change that has no place in it, or would break its limits, leaves it as it is. */
export function applyLayoutChange(layout: Layout, change: LayoutChange): Layout {
  switch (change.kind) {
    case "show":
      return showTab(layout, change);
    case "move":
      return moveTab(layout, change);
    case "split":
      return splitPane(layout, change);
    case "closeTab":
      return foldPanes(takeTab(layout, change.tabKey));
    case "replaceTab":
      return replaceTab(layout, change);
    case "closePane":
      return closePane(layout, change.paneId, change.at);
    case "reopenPane":
      return reopenPane(layout, change.paneId);
    case "resize":
      return { ...layout, root: resizeSplit(layout.root, change.path, change.sizes) };
  }
}

/** Returns the pane in which a tab stands. */
export function findPaneOf(layout: Layout, tabKey: string): Pane | undefined {
  return listPanes(layout.root).find(({ tabs }) => tabs.some((tab) => toTabKey(tab) === tabKey));
}

/** Returns the layout without panes that have no tabs, of which at least one stays. */
export function foldPanes(layout: Layout): Layout {
  let { root, activePaneId } = layout;
  for (const pane of listPanes(root)) {
    if (pane.tabs.length > 0 || root.kind === "pane") continue;
    if (pane.id === activePaneId) activePaneId = findNeighbour(root, pane.id)?.paneId ?? activePaneId;
    root = removePane(root, pane.id) ?? root;
  }
  const closed = layout.closed.every(({ tabs }) => tabs.length > 0) ? layout.closed : layout.closed.filter(({ tabs }) => tabs.length > 0);
  return root === layout.root && closed === layout.closed ? layout : { ...layout, root, activePaneId, closed };
}

const has = (pane: Pick<Pane, "tabs">, tabKey: string) => pane.tabs.some((tab) => toTabKey(tab) === tabKey);

/** Returns the pane without a tab. If it was visible, its right neighbour is, otherwise its left one. */
export function withoutTab<P extends Pane | ClosedPane>(pane: P, tabKey: string): P {
  const at = pane.tabs.findIndex((tab) => toTabKey(tab) === tabKey);
  if (at === -1) return pane;
  const tabs = pane.tabs.toSpliced(at, 1);
  const next = tabs[Math.min(at, tabs.length - 1)];
  return { ...pane, tabs, active: pane.active === tabKey ? (next ? toTabKey(next) : null) : pane.active };
}

function takeTab(layout: Layout, tabKey: string): Layout {
  return {
    ...layout,
    root: mapPanes(layout.root, (pane) => withoutTab(pane, tabKey)),
    closed: layout.closed.map((pane) => withoutTab(pane, tabKey)),
  };
}

function putTab(layout: Layout, tab: Tab, paneId: PaneId, index?: number): Layout {
  const put = (pane: Pane): Pane =>
    pane.id === paneId ? { ...pane, tabs: pane.tabs.toSpliced(index ?? pane.tabs.length, 0, tab), active: toTabKey(tab) } : pane;
  return { ...layout, root: mapPanes(layout.root, put), activePaneId: paneId };
}

const hasPane = (layout: Layout, paneId: PaneId) => listPanes(layout.root).some(({ id }) => id === paneId);

function showTab(layout: Layout, { tab, paneId, insteadOf }: Extract<LayoutChange, { kind: "show" }>): Layout {
  const tabKey = toTabKey(tab);
  const at = findPaneOf(layout, tabKey);
  if (at) {
    if (at.active === tabKey && layout.activePaneId === at.id) return layout;
    const root = mapPanes(layout.root, (pane) => (pane.id === at.id && pane.active !== tabKey ? { ...pane, active: tabKey } : pane));
    return { ...layout, root, activePaneId: at.id };
  }
  if (insteadOf !== undefined && findPaneOf(layout, insteadOf))
    return showTab(replaceTab(layout, { tabKey: insteadOf, tab }), { kind: "show", tab });
  const target = paneId !== undefined && hasPane(layout, paneId) ? paneId : layout.activePaneId;
  return foldPanes(putTab(takeTab(layout, tabKey), tab, target));
}

function moveTab(layout: Layout, { tab, paneId, index }: Extract<LayoutChange, { kind: "move" }>): Layout {
  if (!hasPane(layout, paneId)) return layout;
  const tabKey = toTabKey(tab);
  const from = findPaneOf(layout, tabKey);
  const at = from?.id === paneId ? from.tabs.findIndex((each) => toTabKey(each) === tabKey) : -1;
  // Without the tab, the places behind it are one less.
  const place = index !== undefined && at !== -1 && at < index ? index - 1 : index;
  return foldPanes(putTab(takeTab(layout, tabKey), tab, paneId, place));
}

function splitPane(layout: Layout, { tab, paneId, edge, newPaneId }: Extract<LayoutChange, { kind: "split" }>): Layout {
  const tabKey = toTabKey(tab);
  const beside = listPanes(layout.root).find(({ id }) => id === paneId);
  // A pane of this one tab would fold, and leave the new one in its place.
  if (!beside || (beside.tabs.length === 1 && has(beside, tabKey))) return layout;
  if (beside.tabs.length === 0) return moveTab(layout, { kind: "move", tab, paneId });
  if ([...listPanes(layout.root), ...layout.closed].some(({ id }) => id === newPaneId)) return layout;
  const pane: Pane = { kind: "pane", id: newPaneId, tabs: [tab], active: tabKey };
  const taken = takeTab(layout, tabKey);
  const next = foldPanes({ ...taken, root: insertBeside(taken.root, paneId, edge, pane), activePaneId: newPaneId });
  return isWithinLimits(next) ? next : layout;
}

/** Returns whether a pane can be split at an edge. */
export function canSplit(layout: Layout, paneId: PaneId, edge: Edge): boolean {
  const probe: Pane = { kind: "pane", id: "probe" as PaneId, tabs: [], active: null };
  return isWithinLimits({ ...layout, root: insertBeside(layout.root, paneId, edge, probe) });
}

function isWithinLimits({ root }: Layout): boolean {
  return listPanes(root).length <= MAX_PANES && toDepth(root) <= MAX_LAYOUT_DEPTH;
}

function replaceTab(layout: Layout, { tabKey, tab }: { tabKey: string; tab: Tab }): Layout {
  const key = toTabKey(tab);
  if (key === tabKey) return layout;
  if (findPaneOf(layout, key)) return foldPanes(takeTab(layout, tabKey));
  const taken = { ...layout, closed: layout.closed.map((pane) => withoutTab(pane, key)) };
  const replace = <P extends Pane | ClosedPane>(pane: P): P =>
    has(pane, tabKey)
      ? {
          ...pane,
          tabs: pane.tabs.map((each) => (toTabKey(each) === tabKey ? tab : each)),
          active: pane.active === tabKey ? key : pane.active,
        }
      : pane;
  return foldPanes({ ...taken, root: mapPanes(taken.root, replace), closed: taken.closed.map(replace) });
}

function closePane(layout: Layout, paneId: PaneId, at: EpochMs): Layout {
  const pane = listPanes(layout.root).find(({ id }) => id === paneId);
  const beside = findNeighbour(layout.root, paneId);
  if (!pane || !beside) return layout;
  const root = removePane(layout.root, paneId) ?? layout.root;
  const entry = { id: pane.id, tabs: pane.tabs, active: pane.active, closedAt: at, beside };
  const closed = [entry, ...layout.closed.filter(({ id }) => id !== paneId)].slice(0, MAX_CLOSED_PANES);
  return { ...layout, root, activePaneId: layout.activePaneId === paneId ? beside.paneId : layout.activePaneId, closed };
}

function reopenPane(layout: Layout, paneId: PaneId): Layout {
  const entry = layout.closed.find(({ id }) => id === paneId);
  if (!entry) return layout;
  const { tabs, active } = entry;
  const rest = { ...layout, closed: layout.closed.filter(({ id }) => id !== paneId) };
  const target =
    entry.beside && hasPane(layout, entry.beside.paneId) ? entry.beside : { paneId: layout.activePaneId, edge: "right" as const };
  const alone = listPanes(rest.root).find(({ tabs: own }) => own.length === 0);
  const pane: Pane = { kind: "pane", id: paneId, tabs, active };
  // An empty pane is filled instead of split.
  if (alone) return { ...rest, root: pane, activePaneId: paneId };
  const next: Layout = { ...rest, root: insertBeside(rest.root, target.paneId, target.edge, pane), activePaneId: paneId };
  if (isWithinLimits(next)) return next;
  return tabs.reduce((before, tab) => putTab(before, tab, target.paneId), rest);
}
