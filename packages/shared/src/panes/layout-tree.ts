import type { PaneId } from "../ids.ts";
import { type Edge, type LayoutNode, listPanes, type Pane, type Split } from "./layout.ts";

/** Returns the part with each pane replaced. A pane of which `change` returns itself stays the same object. */
export function mapPanes(node: LayoutNode, change: (pane: Pane) => Pane): LayoutNode {
  if (node.kind === "pane") return change(node);
  const children = node.children.map((child) => mapPanes(child, change));
  return children.every((child, at) => child === node.children[at]) ? node : { ...node, children };
}

const directionOf = (edge: Edge): Split["direction"] => (edge === "left" || edge === "right" ? "row" : "column");
const isBefore = (edge: Edge): boolean => edge === "left" || edge === "top";

/** Puts a pane beside another one, which gives it half of its space. */
export function insertBeside(node: LayoutNode, paneId: PaneId, edge: Edge, added: Pane): LayoutNode {
  const direction = directionOf(edge);
  if (node.kind === "pane") {
    if (node.id !== paneId) return node;
    return { kind: "split", direction, children: isBefore(edge) ? [added, node] : [node, added], sizes: [0.5, 0.5] };
  }
  const at = node.children.findIndex((child) => child.kind === "pane" && child.id === paneId);
  if (at === -1 || node.direction !== direction)
    return { ...node, children: node.children.map((child) => insertBeside(child, paneId, edge, added)) };
  const half = node.sizes[at]! / 2;
  return {
    ...node,
    children: node.children.toSpliced(isBefore(edge) ? at : at + 1, 0, added),
    sizes: node.sizes.toSpliced(at, 1, half, half),
  };
}

/** Removes a pane; null if nothing is left. Its space goes to the neighbour of the same size, from which it was split, otherwise to the one before. */
export function removePane(node: LayoutNode, paneId: PaneId): LayoutNode | null {
  if (node.kind === "pane") return node.id === paneId ? null : node;
  const children: LayoutNode[] = [];
  const sizes = [...node.sizes];
  for (const [at, child] of node.children.entries()) {
    const left = removePane(child, paneId);
    if (left !== null) {
      children.push(left);
      continue;
    }
    const [size] = sizes.splice(at, 1);
    const heir = at > 0 && (sizes[at - 1] === size || sizes[at] !== size) ? at - 1 : Math.min(at, sizes.length - 1);
    sizes[heir]! += size!;
  }
  return children.length === 0 ? null : toNormal({ ...node, children, sizes });
}

/** Returns a split without a split of one part, or one of its own direction inside it. */
function toNormal(split: Split): LayoutNode {
  if (split.children.length === 1) return split.children[0]!;
  const parts = split.children.map((child, at) => {
    const size = split.sizes[at]!;
    if (child.kind === "pane" || child.direction !== split.direction) return { children: [child], sizes: [size] };
    const total = child.sizes.reduce((sum, each) => sum + each, 0);
    return { children: child.children, sizes: child.sizes.map((each) => (each / total) * size) };
  });
  return { ...split, children: parts.flatMap(({ children }) => children), sizes: parts.flatMap(({ sizes }) => sizes) };
}

/** Returns the pane beside a pane, and the edge of it at which the pane stands; null if it stands alone. */
export function findNeighbour(node: LayoutNode, paneId: PaneId): { paneId: PaneId; edge: Edge } | null {
  if (node.kind === "pane") return null;
  const at = node.children.findIndex((child) => child.kind === "pane" && child.id === paneId);
  if (at === -1) {
    for (const child of node.children) {
      const found = findNeighbour(child, paneId);
      if (found) return found;
    }
    return null;
  }
  const isRow = node.direction === "row";
  const before = node.children[at - 1];
  if (before) return { paneId: listPanes(before).at(-1)!.id, edge: isRow ? "right" : "bottom" };
  return { paneId: listPanes(node.children[1]!)[0]!.id, edge: isRow ? "left" : "top" };
}

/** Returns the part with other sizes in the split at a path: the place in each split on the way to it. */
export function resizeSplit(node: LayoutNode, path: readonly number[], sizes: readonly number[]): LayoutNode {
  if (node.kind === "pane") return node;
  const [at, ...rest] = path;
  if (at === undefined) return sizes.length === node.sizes.length ? { ...node, sizes: [...sizes] } : node;
  const child = node.children[at];
  return child ? { ...node, children: node.children.with(at, resizeSplit(child, rest, sizes)) } : node;
}
