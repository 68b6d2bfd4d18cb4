import * as fc from "fast-check";
import { expect, it } from "vitest";
import { PaneId, type ChatId, type TerminalId } from "../ids.ts";
import { arbitraryLayout, arbitraryLayoutChange, arbitraryLayoutChanges, arbitraryTab } from "../testing/arbitrary-layouts.ts";
import { applyLayoutChange, findPaneOf } from "./apply-layout-change.ts";
import { followLayout } from "./follow-layout.ts";
import { decodeLayout, Edge, type Layout, type LayoutNode, listPanes, MAX_CLOSED_PANES } from "./layout.ts";
import { mergeLayouts } from "./merge-layouts.ts";
import { reconcileLayout } from "./reconcile-layout.ts";
import { toTabKey } from "./tab.ts";

const keysOf = (layout: Layout) => [...listPanes(layout.root), ...layout.closed].flatMap(({ tabs }) => tabs.map(toTabKey));
const isWhole = (layout: Layout): void => {
  expect(decodeLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
};
const open = fc.record({
  chats: fc.option(fc.uniqueArray(fc.constantFrom(..."abcde"), { maxLength: 5 }).map((ids) => ids as ChatId[])),
  terminals: fc.option(fc.uniqueArray(fc.constantFrom(..."tuv"), { maxLength: 3 }).map((ids) => ids as TerminalId[])),
});

it("whatever is done to a layout, it stays one: every tab stands once, in one pane", () => {
  fc.assert(fc.property(arbitraryLayout, isWhole));
});

it("a change of a layout loses no tab besides the one it closes", () => {
  fc.assert(
    fc.property(arbitraryLayout, arbitraryLayoutChange, (layout, change) => {
      const after = keysOf(applyLayoutChange(layout, change));
      const lost = keysOf(layout).filter((key) => !after.includes(key));
      const isTaken =
        change.kind === "closeTab" || change.kind === "replaceTab" || (change.kind === "show" && change.insteadOf !== undefined);
      fc.pre(change.kind !== "closePane" || layout.closed.length < MAX_CLOSED_PANES);
      expect(lost.length).toBeLessThanOrEqual(isTaken ? 1 : 0);
    }),
  );
});

/** The panes and how they stand, without their sizes. */
const toShape = (node: LayoutNode): unknown =>
  node.kind === "pane" ? node : { ...node, sizes: null, children: node.children.map(toShape) };

it("a pane that is split off and closed again leaves the panes as they were, with their sizes if it came behind one", () => {
  fc.assert(
    fc.property(arbitraryLayout, arbitraryTab, fc.constantFrom(...Edge.options), (layout, tab, edge) => {
      fc.pre(!keysOf(layout).includes(toTabKey(tab)));
      const newPaneId = PaneId.parse("new");
      const split = applyLayoutChange(layout, { kind: "split", tab, paneId: layout.activePaneId, edge, newPaneId });
      fc.pre(split !== layout && listPanes(layout.root).every(({ tabs }) => tabs.length > 0));
      const { root } = applyLayoutChange(split, { kind: "closePane", paneId: newPaneId, at: 1 });
      expect(toShape(root)).toEqual(toShape(layout.root));
      // Of two neighbours of its size, the one before it gets the room of a closed pane.
      const gaveBack = edge === "right" || edge === "bottom";
      expect(gaveBack ? root : null).toEqual(gaveBack ? layout.root : null);
    }),
  );
});

it("a closed pane comes back with its tabs", () => {
  fc.assert(
    fc.property(arbitraryLayout, (layout) => {
      const [pane] = listPanes(layout.root);
      const closed = applyLayoutChange(layout, { kind: "closePane", paneId: pane!.id, at: 1_001 });
      fc.pre(closed !== layout);
      const again = applyLayoutChange(closed, { kind: "reopenPane", paneId: pane!.id });
      expect(listPanes(again.root)).toContainEqual(pane);
      expect(again.activePaneId).toBe(pane!.id);
    }),
  );
});

it("after reconciling, exactly what the session has stands in the layout, and doing it again changes nothing", () => {
  fc.assert(
    fc.property(arbitraryLayout, open, (layout, session) => {
      const once = reconcileLayout(layout, session);
      isWhole(once);
      expect(reconcileLayout(once, session)).toBe(once);
      const chats = keysOf(once).filter((key) => key.startsWith("chat:"));
      const wanted = session.chats?.map((id) => `chat:${id}`) ?? chats;
      expect(chats.toSorted()).toEqual(wanted.toSorted());
    }),
  );
});

it("two who change a layout at once lose no tab and double none", () => {
  fc.assert(
    fc.property(arbitraryLayout, arbitraryLayoutChanges, arbitraryLayoutChanges, (base, ours, others) => {
      const mine = ours.reduce(applyLayoutChange, base);
      const theirs = others.reduce(applyLayoutChange, base);
      const merged = mergeLayouts(base, mine, theirs);
      isWhole(merged);
      fc.pre(new Set([...mine.closed, ...theirs.closed].map(({ id }) => id)).size <= MAX_CLOSED_PANES);
      const [before, here, there] = [base, mine, theirs].map((layout) => new Set(keysOf(layout)));
      // Closed by one: neither has it, or one closed what the other one left alone.
      const kept = [...here!, ...there!].filter((key) => !before!.has(key) || (here!.has(key) && there!.has(key)));
      expect(keysOf(merged)).toEqual(expect.arrayContaining(kept));
    }),
  );
});

it("a layout that only one of two changed is as that one has it", () => {
  fc.assert(
    fc.property(arbitraryLayout, arbitraryLayout, (base, changed) => {
      expect(mergeLayouts(base, changed, base)).toEqual(changed);
      expect(mergeLayouts(base, base, changed)).toEqual(changed);
    }),
  );
});

it("a layout from elsewhere changes no visible tab that is still there", () => {
  fc.assert(
    fc.property(arbitraryLayout, arbitraryLayout, (here, arrived) => {
      const followed = followLayout(here, arrived);
      isWhole(followed);
      const visible = listPanes(here.root).filter(({ id, active }) => active !== null && findPaneOf(arrived, active)?.id === id);
      const shown = new Map(listPanes(followed.root).map(({ id, active }) => [id, active]));
      for (const { id, active } of visible) expect(shown.get(id)).toBe(active);
    }),
  );
});

it("any JSON is a layout or none", () => {
  const deep = JSON.parse(`${'{"kind":"split","direction":"row","sizes":[1,1],"children":['.repeat(200)}${"]}".repeat(200)}`);
  expect(decodeLayout({ version: 1, root: deep, activePaneId: "first", closed: [] })).toBeNull();
  fc.assert(
    fc.property(fc.jsonValue(), arbitraryLayout, (value, layout) => {
      expect(decodeLayout(value)).toBeNull();
      for (const part of Object.keys(layout)) {
        const broken = decodeLayout({ ...layout, [part]: value });
        if (broken) isWhole(broken);
      }
    }),
  );
});
