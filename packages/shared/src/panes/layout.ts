import { z } from "zod";
import { EpochMs, PaneId } from "../ids.ts";
import { Tab, toTabKey } from "./tab.ts";

/** How many splits may lie inside one another. */
export const MAX_LAYOUT_DEPTH = 5;
/** The most panes of a layout. */
export const MAX_PANES = 12;
/** The most tabs of a layout, closed panes included. */
export const MAX_LAYOUT_TABS = 1_000;
/** How many closed panes can come back. */
export const MAX_CLOSED_PANES = 10;
/** The most bytes of a layout as JSON. */
export const MAX_LAYOUT_BYTES = 262_144;

/** A rectangle with tabs, of which one is visible. */
export const Pane = z.object({
  kind: z.literal("pane"),
  id: PaneId,
  tabs: z.array(Tab).max(MAX_LAYOUT_TABS),
  /** The key of the visible tab; null if there are no tabs. */
  active: z.string().max(4_200).nullable(),
});
export type Pane = z.infer<typeof Pane>;

/** A part of a layout: a pane, or a split. */
export type LayoutNode = Pane | Split;

/** Panes or splits beside each other (`row`) or above each other (`column`). A split never holds one of its own direction. */
export interface Split {
  kind: "split";
  direction: "row" | "column";
  children: LayoutNode[];
  /** The share of each child; only their proportions mean something. */
  sizes: number[];
}

/** An edge of a pane. */
export const Edge = z.enum(["left", "right", "top", "bottom"]);
export type Edge = z.infer<typeof Edge>;

/** A pane that was closed and can come back with its tabs. */
export const ClosedPane = z.object({
  id: PaneId,
  tabs: z.array(Tab).min(1).max(MAX_LAYOUT_TABS),
  active: z.string().max(4_200).nullable(),
  closedAt: EpochMs,
  /** The pane beside which it stood, and on which side of it. */
  beside: z.object({ paneId: PaneId, edge: Edge }).nullable(),
});
export type ClosedPane = z.infer<typeof ClosedPane>;

/** Where the tabs of a session stand. Every tab is there once: in one pane, or in one closed pane. */
export interface Layout {
  version: 1;
  root: LayoutNode;
  /** The pane in which new tabs open. */
  activePaneId: PaneId;
  /** The closed panes that can come back, the last closed one first. */
  closed: ClosedPane[];
}

const Share = z.number().positive().max(1e6);

function nodeOfDepth(depth: number): z.ZodType<LayoutNode> {
  if (depth === 0) return Pane;
  const Node = nodeOfDepth(depth - 1);
  return z.discriminatedUnion("kind", [
    Pane,
    z
      .object({
        kind: z.literal("split"),
        direction: z.enum(["row", "column"]),
        children: z.array(Node).min(2).max(MAX_PANES),
        sizes: z.array(Share).min(2).max(MAX_PANES),
      })
      .refine(
        ({ children, sizes, direction }) =>
          children.length === sizes.length && children.every((child) => child.kind === "pane" || child.direction !== direction),
      ),
  ]) as z.ZodType<LayoutNode>;
}

/** A layout that holds what its type promises. */
export const Layout: z.ZodType<Layout> = z
  .object({
    version: z.literal(1),
    root: nodeOfDepth(MAX_LAYOUT_DEPTH),
    activePaneId: PaneId,
    closed: z.array(ClosedPane).max(MAX_CLOSED_PANES),
  })
  .refine(isWhole, "Not a whole layout");

/** Returns the layout in `value`, or null if it is none. */
export function decodeLayout(value: unknown): Layout | null {
  return Layout.safeParse(value).data ?? null;
}

/** The pane of a session of which no layout is stored, in every browser. */
export const FIRST_PANE = "first" as PaneId;

/** A layout with one pane and nothing in it. */
export function emptyLayout(): Layout {
  return { version: 1, root: { kind: "pane", id: FIRST_PANE, tabs: [], active: null }, activePaneId: FIRST_PANE, closed: [] };
}

/** Returns the panes of a part of a layout, in reading order. */
export function listPanes(node: LayoutNode): Pane[] {
  return node.kind === "pane" ? [node] : node.children.flatMap(listPanes);
}

/** Returns how many splits lie inside one another. */
export function toDepth(node: LayoutNode): number {
  return node.kind === "pane" ? 0 : 1 + Math.max(...node.children.map(toDepth));
}

function isWhole({ root, activePaneId, closed }: Layout): boolean {
  const panes = listPanes(root);
  const holders = [...panes, ...closed];
  const keys = holders.flatMap(({ tabs }) => tabs.map(toTabKey));
  const areFilled = panes.length === 1 || panes.every(({ tabs }) => tabs.length > 0);
  return (
    panes.length <= MAX_PANES &&
    areFilled &&
    keys.length <= MAX_LAYOUT_TABS &&
    new Set(keys).size === keys.length &&
    new Set(holders.map(({ id }) => id)).size === holders.length &&
    panes.some(({ id }) => id === activePaneId) &&
    holders.every(({ tabs, active }) => (active === null ? tabs.length === 0 : tabs.some((tab) => toTabKey(tab) === active)))
  );
}
