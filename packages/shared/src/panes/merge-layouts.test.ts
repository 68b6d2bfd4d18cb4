import { expect, it } from "vitest";
import { PaneId } from "../ids.ts";
import { applyLayoutChange, type LayoutChange } from "./apply-layout-change.ts";
import { emptyLayout, FIRST_PANE, type Layout, listPanes } from "./layout.ts";
import { mergeLayouts } from "./merge-layouts.ts";
import { Tab } from "./tab.ts";

const chat = (chatId: string) => Tab.parse({ kind: "chat", chatId });
const [p, q, r] = ["p", "q", "r"].map((id) => PaneId.parse(id)) as [PaneId, PaneId, PaneId];
const show = (name: string): LayoutChange => ({ kind: "show", tab: chat(name) });
const split = (name: string, paneId: PaneId, newPaneId: PaneId): LayoutChange => ({
  kind: "split",
  tab: chat(name),
  paneId,
  edge: "right",
  newPaneId,
});
const move = (name: string, paneId: PaneId, index?: number): LayoutChange => ({ kind: "move", tab: chat(name), paneId, index });
const shut = (name: string): LayoutChange => ({ kind: "closeTab", tabKey: `chat:${name}` });
const shutPane = (paneId: PaneId): LayoutChange => ({ kind: "closePane", paneId, at: 1 });

/** Three tabs in one pane, one in another. */
const BASE = [show("a"), show("b"), show("c"), split("d", FIRST_PANE, p)].reduce(applyLayoutChange, emptyLayout());

const draw = ({ root, closed }: Layout) =>
  [...listPanes(root), ...closed.map((pane) => ({ ...pane, id: `closed ${pane.id}` }))]
    .map(({ id, tabs }) => `${id}(${tabs.map((tab) => (tab.kind === "chat" ? tab.chatId : "")).join(" ")})`)
    .join(" ");

it.each([
  ["both open a tab", [show("e")], [move("f", FIRST_PANE)], "first(a b c f) p(d e)"],
  ["both split the same pane", [split("a", FIRST_PANE, q)], [split("b", FIRST_PANE, r)], "first(c) q(a) r(b) p(d)"],
  ["both move the same tab: mine counts", [move("a", p)], [split("a", p, q)], "first(b c) p(d a)"],
  ["one moves what the other one closes", [shut("a")], [move("a", p)], "first(b c) p(d a)"],
  ["one closes a tab of an untouched pane", [shut("a")], [split("b", p, q)], "first(c) p(d) q(b)"],
  ["one closes the pane into which the other one moves a tab", [shutPane(p)], [move("a", p)], "first(b c a) closed p(d)"],
  ["one closes a pane, the other one splits elsewhere", [shutPane(p)], [split("a", FIRST_PANE, q)], "first(b c) q(a) closed p(d)"],
  ["each closes another pane, and one has to stay", [shutPane(FIRST_PANE)], [shutPane(p)], "first(a b c) closed p(d)"],
  ["both close the same pane", [shutPane(p)], [shutPane(p)], "first(a b c) closed p(d)"],
  [
    "both sort the same tabs: mine counts, and nothing new is lost",
    [move("c", FIRST_PANE, 0)],
    [move("e", FIRST_PANE, 1)],
    "first(c a b e) p(d)",
  ],
] as [string, LayoutChange[], LayoutChange[], string][])("%s", (_, ours, others, merged) => {
  const mine = ours.reduce(applyLayoutChange, BASE);
  const theirs = others.reduce(applyLayoutChange, BASE);
  expect(draw(mergeLayouts(BASE, mine, theirs))).toBe(merged);
});

it("takes the sizes that one of them changed", () => {
  const resize: LayoutChange = { kind: "resize", path: [], sizes: [3, 1] };
  const sized = applyLayoutChange(BASE, resize);
  const opened = applyLayoutChange(BASE, show("e"));
  for (const merged of [mergeLayouts(BASE, sized, opened), mergeLayouts(BASE, opened, sized)])
    expect(merged.root).toMatchObject({ sizes: [3, 1], children: [{ id: FIRST_PANE }, { tabs: [chat("d"), chat("e")] }] });
});
