import { describe, expect, it } from "vitest";
import { PaneId } from "../ids.ts";
import { applyLayoutChange, type LayoutChange } from "./apply-layout-change.ts";
import { decideDropPlace } from "./drop-place.ts";
import { type Edge, emptyLayout, FIRST_PANE } from "./layout.ts";
import { findPaneAt, listShownTabs, placePanes, toLeastRoom, toShownNode } from "./pane-views.ts";
import { Tab } from "./tab.ts";

const [p, q] = ["p", "q"].map((id) => PaneId.parse(id)) as [PaneId, PaneId];
const chat = (chatId: string) => Tab.parse({ kind: "chat", chatId });
const split = (name: string, paneId: PaneId, edge: Edge, newPaneId: PaneId): LayoutChange => ({
  kind: "split",
  tab: chat(name),
  paneId,
  edge,
  newPaneId,
});

/** One pane on the left, two above each other on the right; the lower one is active. */
const LAYOUT = [{ kind: "show" as const, tab: chat("a") }, split("b", FIRST_PANE, "right", p), split("c", p, "bottom", q)].reduce(
  applyLayoutChange,
  emptyLayout(),
);
const panesIn = (width: number, height: number) => placePanes(toShownNode(LAYOUT, { width, height }));

it("panes with enough room stand where the layout has them", () => {
  expect(panesIn(1_000, 800).map(({ key, rect }) => [key, rect])).toEqual([
    [FIRST_PANE, { left: 0, top: 0, width: 0.5, height: 1 }],
    [p, { left: 0.5, top: 0, width: 0.5, height: 0.5 }],
    [q, { left: 0.5, top: 0.5, width: 0.5, height: 0.5 }],
  ]);
  expect(toLeastRoom(LAYOUT.root)).toEqual({ width: 720, height: 320 });
});

it.each([
  ["exactly enough", 720, 320, [[FIRST_PANE], [p], [q]]],
  ["too narrow", 719, 800, [[FIRST_PANE, p, q]]],
  ["too low", 1_000, 319, [[FIRST_PANE], [p, q]]],
  ["a phone", 390, 700, [[FIRST_PANE, p, q]]],
])("%s: what has no room is stacked", (_, width, height, stacks) => {
  expect(panesIn(width, height).map(({ stacked }) => stacked.map(({ id }) => id))).toEqual(stacks);
});

it("a stack acts on its active pane, has the tabs of all, and stays the same one", () => {
  const [stack] = panesIn(390, 700);
  expect(stack).toMatchObject({ key: FIRST_PANE, pane: { id: q } });
  expect(listShownTabs(stack!)).toEqual([
    { tabKey: "chat:a", paneId: FIRST_PANE, index: 0 },
    { tabKey: "chat:b", paneId: p, index: 0 },
    { tabKey: "chat:c", paneId: q, index: 0 },
  ]);
});

it.each([
  [FIRST_PANE, "right", p],
  [FIRST_PANE, "left", null],
  [p, "left", FIRST_PANE],
  [p, "bottom", q],
  [q, "top", p],
  [q, "left", FIRST_PANE],
  [q, "bottom", null],
] as const)("from %s to the %s is %s", (from, to, found) => {
  expect(findPaneAt(panesIn(1_000, 800), from, to)?.key ?? null).toBe(found);
});

describe("a tab is dropped", () => {
  it.each([
    [0.5, 0.5, "middle"],
    [0.1, 0.5, "left"],
    [0.9, 0.5, "right"],
    [0.5, 0.1, "top"],
    [0.5, 0.9, "bottom"],
    [0.2, 0.1, "top"],
    [0.26, 0.74, "middle"],
  ] as const)("at %d, %d: %s", (x, y, place) => {
    expect(decideDropPlace(x, y)).toBe(place);
  });
});
