import * as fc from "fast-check";
import { PaneId } from "../ids.ts";
import { applyLayoutChange, type LayoutChange } from "../panes/apply-layout-change.ts";
import { Edge, emptyLayout, FIRST_PANE, type Layout } from "../panes/layout.ts";
import { Tab, toTabKey } from "../panes/tab.ts";

/** Few tabs, so that changes meet the same ones. */
const TABS: readonly Tab[] = [
  ...["a", "b", "c", "d"].map((chatId) => ({ kind: "chat", chatId })),
  ...["t", "u"].map((terminalId) => ({ kind: "terminal", terminalId })),
  ...["x.ts", "y.ts", null].map((path) => ({ kind: "code", path })),
  { kind: "changes", taskId: null },
].map((tab) => Tab.parse(tab));

const paneIds = [FIRST_PANE, ...["p", "q", "r", "s"].map((id) => PaneId.parse(id))];

export const arbitraryTab = fc.constantFrom(...TABS);
const pane = fc.constantFrom(...paneIds);
const key = arbitraryTab.map(toTabKey);
const size = fc.double({ min: 0.01, max: 100, noNaN: true });

/** Anything that a person may do, wherever it makes sense or not. */
export const arbitraryLayoutChange: fc.Arbitrary<LayoutChange> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("show" as const), tab: arbitraryTab, paneId: fc.option(pane, { nil: undefined }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("split" as const),
      tab: arbitraryTab,
      paneId: pane,
      edge: fc.constantFrom(...Edge.options),
      newPaneId: pane,
    }),
  },
  fc.record({ kind: fc.constant("show" as const), tab: arbitraryTab, insteadOf: key }),
  fc.record({ kind: fc.constant("move" as const), tab: arbitraryTab, paneId: pane, index: fc.option(fc.nat(3), { nil: undefined }) }),
  fc.record({ kind: fc.constant("closeTab" as const), tabKey: key }),
  fc.record({ kind: fc.constant("replaceTab" as const), tabKey: key, tab: arbitraryTab }),
  fc.record({ kind: fc.constant("closePane" as const), paneId: pane, at: fc.nat(1_000) }),
  fc.record({ kind: fc.constant("reopenPane" as const), paneId: pane }),
  fc.record({
    kind: fc.constant("resize" as const),
    path: fc.array(fc.nat(2), { maxLength: 2 }),
    sizes: fc.array(size, { minLength: 2, maxLength: 3 }),
  }),
);

/** The changes of a person at one layout. */
export const arbitraryLayoutChanges = fc.array(arbitraryLayoutChange, { maxLength: 25 });

/** A layout that a person can come to. */
export const arbitraryLayout: fc.Arbitrary<Layout> = arbitraryLayoutChanges.map((changes) =>
  changes.reduce(applyLayoutChange, emptyLayout()),
);
