import type { PaneId } from "../ids.ts";
import { foldPanes } from "./apply-layout-change.ts";
import {
  type ClosedPane,
  type Layout,
  type LayoutNode,
  listPanes,
  MAX_CLOSED_PANES,
  MAX_LAYOUT_DEPTH,
  MAX_PANES,
  type Pane,
  toDepth,
} from "./layout.ts";
import { findNeighbour, insertBeside, mapPanes } from "./layout-tree.ts";
import { type Tab, toTabKey } from "./tab.ts";

/** Where a tab stands: in a pane, or in a closed pane. */
interface Place {
  paneId: PaneId;
  isClosed: boolean;
}

const isSamePlace = (a: Place | undefined, b: Place | undefined) => a?.paneId === b?.paneId && a?.isClosed === b?.isClosed;

/**
 * Merges two layouts that came from the same one. What only one of them changed is as that one has it; where both changed the same, `mine` is
 * kept. A tab that one of them opened or moved stays, even if the other one closed it or its pane.
 */
export function mergeLayouts(base: Layout, mine: Layout, theirs: Layout): Layout {
  if (isSame(theirs, base)) return mine;
  if (isSame(mine, base)) return theirs;
  const before = placesOf(base);
  const here = placesOf(mine);
  const there = placesOf(theirs);
  const root = mergeTrees(base.root, mine, theirs.root);
  const panes = new Set(listPanes(root).map(({ id }) => id));
  const stands = (place: Place | undefined) => place !== undefined && (place.isClosed || panes.has(place.paneId));
  const fallback = [mine.activePaneId, theirs.activePaneId].find((id) => panes.has(id)) ?? listPanes(root)[0]!.id;

  const places = new Map<string, Place>();
  for (const tabKey of new Set([...there.keys(), ...here.keys()])) {
    const place = choose(before.get(tabKey), here.get(tabKey), there.get(tabKey));
    if (place) places.set(tabKey, stands(place) ? place : { paneId: fallback, isClosed: false });
  }

  const filled = new Set([...places.values()].filter((place) => !place.isClosed).map(({ paneId }) => paneId));
  for (const [tabKey, { paneId, isClosed }] of places) {
    // Closed by one of them, and used by the other one, or the last one left: it stays, with all its tabs.
    if (isClosed && panes.has(paneId) && (filled.has(paneId) || filled.size === 0)) places.set(tabKey, { paneId, isClosed: false });
  }

  const tabs = new Map([theirs, mine].flatMap(holdersOf).flatMap((holder) => holder.tabs.map((tab) => [toTabKey(tab), tab] as const)));
  const fill = <P extends Pane | ClosedPane>(holder: P, isClosed: boolean): P => {
    const find = (layout: Layout) => (isClosed ? layout.closed : listPanes(layout.root)).find(({ id }) => id === holder.id);
    const [old, own, other] = [find(base), find(mine), find(theirs)];
    const isOurs = own !== undefined && (toOrder(own) !== toOrder(old) || other === undefined);
    const order = [...(isOurs ? [own, other] : [other, own]).flatMap((each) => each?.tabs.map(toTabKey) ?? []), ...places.keys()];
    const keys = [...new Set(order)].filter((key) => isSamePlace(places.get(key), { paneId: holder.id, isClosed }));
    const active = [...(own?.active !== old?.active ? [own, other] : [other, own]), old].find(
      (each) => each?.active != null && keys.includes(each.active),
    );
    return { ...holder, tabs: keys.map((key): Tab => tabs.get(key)!), active: active?.active ?? keys[0] ?? null };
  };
  const closed = mergeClosed(base.closed, mine.closed, theirs.closed)
    .map((pane) => fill(pane, true))
    .filter((pane) => pane.tabs.length > 0)
    .toSorted((a, b) => b.closedAt - a.closedAt)
    .slice(0, MAX_CLOSED_PANES);
  const wanted = mine.activePaneId === base.activePaneId ? theirs.activePaneId : mine.activePaneId;
  const merged: Layout = {
    version: 1,
    root: mapPanes(root, (pane) => fill(pane, false)),
    activePaneId: panes.has(wanted) ? wanted : fallback,
    closed,
  };
  return foldPanes(merged);
}

/** The closed panes of both. One that both have is as the one who closed it anew has it. */
function mergeClosed(base: readonly ClosedPane[], mine: readonly ClosedPane[], theirs: readonly ClosedPane[]): readonly ClosedPane[] {
  const find = (closed: readonly ClosedPane[], paneId: PaneId) => closed.find(({ id }) => id === paneId);
  const shared = theirs.map((pane) => (isSame(pane, find(base, pane.id)) ? (find(mine, pane.id) ?? pane) : pane));
  return [...shared, ...mine.filter(({ id }) => !find(theirs, id))];
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The place of a tab after the merge; undefined if it is closed. */
function choose(before: Place | undefined, here: Place | undefined, there: Place | undefined): Place | undefined {
  if (isSamePlace(here, before)) return there;
  if (isSamePlace(there, before)) return here;
  return here ?? there;
}

const holdersOf = (layout: Layout): readonly (Pane | ClosedPane)[] => [...listPanes(layout.root), ...layout.closed];
const toOrder = (holder: Pick<Pane, "tabs"> | undefined): string => JSON.stringify(holder?.tabs.map(toTabKey));

function placesOf(layout: Layout): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { id, tabs } of listPanes(layout.root)) for (const tab of tabs) places.set(toTabKey(tab), { paneId: id, isClosed: false });
  for (const { id, tabs } of layout.closed) for (const tab of tabs) places.set(toTabKey(tab), { paneId: id, isClosed: true });
  return places;
}

/** What of a tree is not in its panes: their ids and splits, and the sizes if asked. */
const toShape = (node: LayoutNode, withSizes: boolean): unknown =>
  node.kind === "pane"
    ? node.id
    : [node.direction, withSizes ? node.sizes : null, ...node.children.map((child) => toShape(child, withSizes))];
const isSameShape = (a: LayoutNode, b: LayoutNode, withSizes: boolean) =>
  JSON.stringify(toShape(a, withSizes)) === JSON.stringify(toShape(b, withSizes));

/** The tree of one of them if the other one did not change it, otherwise theirs with the panes that are only in mine. */
function mergeTrees(base: LayoutNode, mine: Layout, theirs: LayoutNode): LayoutNode {
  if (isSameShape(mine.root, theirs, false)) return isSameShape(mine.root, base, true) ? theirs : mine.root;
  if (isSameShape(mine.root, base, false)) return theirs;
  if (isSameShape(theirs, base, false)) return mine.root;
  let root = theirs;
  const has = (paneId: PaneId) => listPanes(root).some(({ id }) => id === paneId);
  const known = new Set(listPanes(base).map(({ id }) => id));
  for (const pane of listPanes(mine.root)) {
    if (has(pane.id) || known.has(pane.id)) continue;
    const beside = findNeighbour(mine.root, pane.id);
    const target = beside && has(beside.paneId) ? beside : { paneId: listPanes(root).at(-1)!.id, edge: "right" as const };
    const next = insertBeside(root, target.paneId, target.edge, pane);
    if (listPanes(next).length <= MAX_PANES && toDepth(next) <= MAX_LAYOUT_DEPTH) root = next;
  }
  return root;
}
