import { describe, expect, it } from "vitest";
import { PaneId } from "../ids.ts";
import { applyLayoutChange, canSplit, type LayoutChange } from "./apply-layout-change.ts";
import { type Edge, emptyLayout, FIRST_PANE, type Layout, type LayoutNode, listPanes, MAX_CLOSED_PANES, MAX_PANES } from "./layout.ts";
import { Tab } from "./tab.ts";

const chat = (chatId: string) => Tab.parse({ kind: "chat", chatId });
const id = (value: string) => PaneId.parse(value);
const [p, q, r] = ["p", "q", "r"].map(id) as [PaneId, PaneId, PaneId];

const show = (name: string, paneId?: PaneId): LayoutChange => ({ kind: "show", tab: chat(name), paneId });
const split = (name: string, paneId: PaneId, edge: Edge, newPaneId: PaneId): LayoutChange => ({
  kind: "split",
  tab: chat(name),
  paneId,
  edge,
  newPaneId,
});
const after = (...changes: LayoutChange[]): Layout => changes.reduce(applyLayoutChange, emptyLayout());

/** A layout in short: `[row first(a b*) p(c*)]`, the visible tabs with a star, the active pane with a plus. */
const draw = ({ root, activePaneId }: Layout): string => {
  const each = (node: LayoutNode): string => {
    if (node.kind === "split") return `[${node.direction} ${node.children.map(each).join(" ")}]`;
    const tabs = node.tabs.map(
      (tab) => `${tab.kind === "chat" ? tab.chatId : tab.kind}${node.active === `chat:${tab.kind === "chat" && tab.chatId}` ? "*" : ""}`,
    );
    return `${node.id === activePaneId ? "+" : ""}${node.id}(${tabs.join(" ")})`;
  };
  return each(root);
};

it.each([
  ["tabs open in the active pane", [show("a"), show("b")], "+first(a b*)"],
  ["a tab that stands somewhere is shown there", [show("a"), split("b", FIRST_PANE, "right", p), show("a")], "[row +first(a*) p(b*)]"],
  [
    "a tab opens in the pane that asked",
    [show("a"), split("b", FIRST_PANE, "right", p), show("c", FIRST_PANE)],
    "[row +first(a c*) p(b*)]",
  ],
  ["a split to the left stands before", [show("a"), split("b", FIRST_PANE, "left", p)], "[row +p(b*) first(a*)]"],
  [
    "splits of one direction stand in one row",
    [show("a"), split("b", FIRST_PANE, "right", p), split("c", FIRST_PANE, "right", q)],
    "[row first(a*) +q(c*) p(b*)]",
  ],
  [
    "a split of another direction lies inside",
    [show("a"), split("b", FIRST_PANE, "right", p), split("c", p, "bottom", q)],
    "[row first(a*) [column p(b*) +q(c*)]]",
  ],
  ["an empty pane is filled, not split", [split("a", FIRST_PANE, "right", p)], "+first(a*)"],
  ["the only tab of a pane does not split it", [show("a"), split("a", FIRST_PANE, "right", p)], "+first(a*)"],
  [
    "a tab that leaves its pane empty folds it",
    [show("a"), split("b", FIRST_PANE, "right", p), { kind: "move", tab: chat("b"), paneId: FIRST_PANE, index: 0 }],
    "+first(b* a)",
  ],
  [
    "a tab moves to the right in its own pane",
    [show("a"), show("b"), show("c"), { kind: "move", tab: chat("a"), paneId: FIRST_PANE, index: 2 }],
    "+first(b a* c)",
  ],
  [
    "a tab moves to the left in its own pane",
    [show("a"), show("b"), show("c"), { kind: "move", tab: chat("c"), paneId: FIRST_PANE, index: 1 }],
    "+first(a c* b)",
  ],
  [
    "closing a tab shows its right neighbour",
    [show("a"), show("b"), show("c"), show("b"), { kind: "closeTab", tabKey: "chat:b" }],
    "+first(a c*)",
  ],
  [
    "closing the last tab of a pane folds it",
    [show("a"), split("b", FIRST_PANE, "right", p), { kind: "closeTab", tabKey: "chat:b" }],
    "+first(a*)",
  ],
  ["the last pane stays, empty", [show("a"), { kind: "closeTab", tabKey: "chat:a" }], "+first()"],
  ["the last pane cannot be closed", [show("a"), { kind: "closePane", paneId: FIRST_PANE, at: 1 }], "+first(a*)"],
  [
    "a closed pane leaves a plain split behind",
    [show("a"), split("b", FIRST_PANE, "right", p), split("c", p, "bottom", q), { kind: "closePane", paneId: FIRST_PANE, at: 1 }],
    "[column p(b*) +q(c*)]",
  ],
  [
    "a split that is left alone joins the one around it",
    [
      show("a"),
      split("b", FIRST_PANE, "bottom", p),
      split("c", p, "right", q),
      split("d", q, "bottom", r),
      { kind: "closePane", paneId: p, at: 1 },
    ],
    "[column first(a*) q(c*) +r(d*)]",
  ],
  [
    "a closed pane comes back where it stood",
    [show("a"), split("b", FIRST_PANE, "left", p), { kind: "closePane", paneId: p, at: 1 }, { kind: "reopenPane", paneId: p }],
    "[row +p(b*) first(a*)]",
  ],
  [
    "without the pane beside it, it comes back at the right",
    [
      show("a"),
      split("b", FIRST_PANE, "right", p),
      split("c", p, "bottom", q),
      { kind: "closePane", paneId: q, at: 1 },
      { kind: "closePane", paneId: p, at: 2 },
      { kind: "reopenPane", paneId: q },
    ],
    "[row first(a*) +q(c*)]",
  ],
  [
    "a tab of a closed pane opens alone",
    [show("a"), split("b", FIRST_PANE, "right", p), { kind: "closePane", paneId: p, at: 1 }, show("b"), { kind: "reopenPane", paneId: p }],
    "+first(a b*)",
  ],
  [
    "a tab takes the place of another one",
    [show("a"), show("b"), show("a"), { kind: "show", tab: chat("c"), insteadOf: "chat:a" }],
    "+first(c* b)",
  ],
  [
    "a replaced tab that stands elsewhere is gone",
    [show("a"), show("b"), { kind: "replaceTab", tabKey: "chat:a", tab: chat("b") }],
    "+first(b*)",
  ],
] as [string, LayoutChange[], string][])("%s", (_, changes, drawn) => {
  expect(draw(after(...changes))).toBe(drawn);
});

describe("sizes", () => {
  const threeWide = after(show("a"), split("b", FIRST_PANE, "right", p), split("c", p, "right", q));
  const sizesOf = ({ root }: Layout) => (root.kind === "split" ? root.sizes : []);

  it("a new pane gets half of the one it is split from", () => expect(sizesOf(threeWide)).toEqual([0.5, 0.25, 0.25]));
  it("a closed one gives its space back", () =>
    expect(sizesOf(applyLayoutChange(threeWide, { kind: "closePane", paneId: q, at: 1 }))).toEqual([0.5, 0.5]));
  it("are set for the split at a path", () =>
    expect(sizesOf(applyLayoutChange(threeWide, { kind: "resize", path: [], sizes: [1, 2, 3] }))).toEqual([1, 2, 3]));
  it.each([
    { path: [], sizes: [1, 2] },
    { path: [7], sizes: [1, 2, 3] },
    { path: [0, 0], sizes: [1, 2, 3] },
  ])("of a split that is not there are ignored: %j", (where) =>
    expect(applyLayoutChange(threeWide, { kind: "resize", ...where })).toEqual(threeWide),
  );
});

it(`keeps ${MAX_CLOSED_PANES} closed panes, the last one first`, () => {
  let layout = after(show("a"));
  for (let at = 0; at <= MAX_CLOSED_PANES; at++) {
    layout = applyLayoutChange(layout, split(`c${at}`, FIRST_PANE, "right", id(`p${at}`)));
    layout = applyLayoutChange(layout, { kind: "closePane", paneId: id(`p${at}`), at });
  }
  expect(layout.closed.map((pane) => pane.closedAt)).toEqual(Array.from({ length: MAX_CLOSED_PANES }, (_, at) => MAX_CLOSED_PANES - at));
});

it("stops splitting at its limits", () => {
  let layout = after(show("a"));
  for (let at = 0; at < MAX_PANES + 3; at++) layout = applyLayoutChange(layout, split(`c${at}`, FIRST_PANE, "right", id(`p${at}`)));
  expect(listPanes(layout.root)).toHaveLength(MAX_PANES);
  expect(canSplit(layout, FIRST_PANE, "right")).toBe(false);
  let deep = after(show("a"));
  for (let at = 0; at < 6; at++)
    deep = applyLayoutChange(deep, split(`c${at}`, deep.activePaneId, at % 2 ? "right" : "bottom", id(`p${at}`)));
  expect(listPanes(deep.root)).toHaveLength(6);
  expect(canSplit(deep, deep.activePaneId, "bottom")).toBe(true);
  expect(canSplit(deep, deep.activePaneId, "right")).toBe(false);
});
