import type { Edge } from "./layout.ts";

/** Where a tab is dropped on a pane: in its middle, or at an edge. */
export type DropPlace = "middle" | Edge;

/** How near an edge counts as that edge, in shares of the pane's size. */
const NEAR = 0.25;

/** Returns the place in a pane for a point in it, in shares of its size. The nearest edge wins. */
export function decideDropPlace(x: number, y: number): DropPlace {
  const distances: readonly [Edge, number][] = [
    ["left", x],
    ["right", 1 - x],
    ["top", y],
    ["bottom", 1 - y],
  ];
  const [edge, distance] = distances.reduce((nearest, each) => (each[1] < nearest[1] ? each : nearest));
  return distance < NEAR ? edge : "middle";
}
