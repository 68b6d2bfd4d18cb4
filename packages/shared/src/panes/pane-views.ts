import type { PaneId } from "../ids.ts";
import { type Layout, type LayoutNode, listPanes, type Pane, type Split } from "./layout.ts";
import { toTabKey } from "./tab.ts";

/** The least width of a pane beside another one, in pixels. Where there is less, panes are stacked as tabs. */
export const MIN_PANE_WIDTH = 360;
/** The least height of a pane above another one, in pixels. */
export const MIN_PANE_HEIGHT = 160;

/** The least room of a part, in pixels: 0 in a direction in which it is alone. */
export interface Room {
  width: number;
  height: number;
}

/** A part of a layout as it is shown: a pane, or a split whose panes have the room they need. */
export type ShownNode = ShownPane | (Omit<Split, "children"> & { children: ShownNode[]; path: readonly number[] });

/** A pane as it is shown. Several that have no room beside each other are one, with the tabs of all. */
export interface ShownPane {
  kind: "pane";
  /** The same as long as it is the same pane to the eye. */
  key: PaneId;
  /** The pane that is acted on: the active one of those that are stacked. */
  pane: Pane;
  /** All panes that it shows, in reading order. */
  stacked: readonly Pane[];
}

/** Returns the least room that a part needs. */
export function toLeastRoom(node: LayoutNode | ShownNode): Room {
  if (node.kind === "pane") return { width: MIN_PANE_WIDTH, height: MIN_PANE_HEIGHT };
  const rooms = node.children.map(toLeastRoom);
  const sum = (of: keyof Room) => rooms.reduce((total, room) => total + room[of], 0);
  const most = (of: keyof Room) => Math.max(...rooms.map((room) => room[of]));
  return node.direction === "row" ? { width: sum("width"), height: most("height") } : { width: most("width"), height: sum("height") };
}

/** Returns what is shown of a layout in a room. A split without room for its panes becomes one pane with the tabs of all. */
export function toShownNode(layout: Layout, room: Room): ShownNode {
  const show = (node: LayoutNode, path: readonly number[], { width, height }: Room): ShownNode => {
    if (node.kind === "pane") return { kind: "pane", key: node.id, pane: node, stacked: [node] };
    const least = toLeastRoom(node);
    const isRow = node.direction === "row";
    if (isRow ? least.width > width : least.height > height) return stack(layout, node);
    const total = node.sizes.reduce((sum, size) => sum + size, 0);
    const children = node.children.map((child, at) => {
      const need = toLeastRoom(child);
      const share = node.sizes[at]! / total;
      const own = isRow ? { width: Math.max(need.width, share * width), height } : { width, height: Math.max(need.height, share * height) };
      return show(child, [...path, at], own);
    });
    return { ...node, children, path };
  };
  return show(layout.root, [], room);
}

function stack(layout: Layout, node: LayoutNode): ShownPane {
  const stacked = listPanes(node);
  const pane = stacked.find(({ id }) => id === layout.activePaneId) ?? stacked[0]!;
  return { kind: "pane", key: stacked[0]!.id, pane, stacked };
}

/** Where something is in the room, in shares of it. */
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Returns the shown panes with their places, in reading order. */
export function placePanes(node: ShownNode, rect: Rect = { left: 0, top: 0, width: 1, height: 1 }): (ShownPane & { rect: Rect })[] {
  if (node.kind === "pane") return [{ ...node, rect }];
  const total = node.sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  return node.children.flatMap((child, at) => {
    const share = node.sizes[at]! / total;
    const own =
      node.direction === "row"
        ? { ...rect, left: rect.left + before * rect.width, width: share * rect.width }
        : { ...rect, top: rect.top + before * rect.height, height: share * rect.height };
    before += share;
    return placePanes(child, own);
  });
}

/** Returns the pane that lies next to a pane in a direction, by the places of their middles; null if there is none. */
export function findPaneAt(
  panes: readonly (ShownPane & { rect: Rect })[],
  from: PaneId,
  to: "left" | "right" | "top" | "bottom",
): ShownPane | null {
  const here = panes.find(({ stacked }) => stacked.some(({ id }) => id === from));
  if (!here) return null;
  const isAcross = to === "left" || to === "right";
  const start = (rect: Rect) => (isAcross ? rect.left : rect.top);
  const end = (rect: Rect) => (isAcross ? rect.left + rect.width : rect.top + rect.height);
  const middle = (rect: Rect) => (isAcross ? rect.top + rect.height / 2 : rect.left + rect.width / 2);
  const isForward = to === "right" || to === "bottom";
  const EPSILON = 1e-6;
  const distance = ({ rect }: { rect: Rect }) =>
    (isForward ? start(rect) - end(here.rect) : start(here.rect) - end(rect)) * 10 + Math.abs(middle(rect) - middle(here.rect));
  const candidates = panes.filter(({ rect }) =>
    isForward ? start(rect) >= end(here.rect) - EPSILON : end(rect) <= start(here.rect) + EPSILON,
  );
  return candidates.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** Returns the tabs of a shown pane with the pane each stands in. */
export function listShownTabs({ stacked }: ShownPane): { tabKey: string; paneId: PaneId; index: number }[] {
  return stacked.flatMap((pane) => pane.tabs.map((tab, index) => ({ tabKey: toTabKey(tab), paneId: pane.id, index })));
}
