import type { Chat } from "@boocode/shared/chats/chat";
import { PaneId, type TerminalId } from "@boocode/shared/ids";
import { applyLayoutChange, type LayoutChange } from "@boocode/shared/panes/apply-layout-change";
import { emptyLayout, FIRST_PANE, type Layout } from "@boocode/shared/panes/layout";
import { Tab, toTabKey } from "@boocode/shared/panes/tab";
import { expect, it } from "vitest";
import { activeTabOf, type AroundLayout, deriveLayout, keepNamed, listTabs } from "./derive-layout.ts";

const chat = (chatId: string) => Tab.parse({ kind: "chat", chatId });
const changes = (taskId: string | null) => Tab.parse({ kind: "changes", taskId });
const code = Tab.parse({ kind: "code", path: "a.ts" });
const terminal = Tab.parse({ kind: "terminal", terminalId: "t" });
const chats = ["a", "b", "c"].map((id) => ({ id }) as Chat);
const terminals = [{ id: "t" as TerminalId }];
const around = (given: Partial<AroundLayout> = {}): AroundLayout => ({ chats, terminals, named: null, remembered: "", ...given });
const other = PaneId.parse("other");

/** The chats in two panes, the last one active. */
const STORED = (
  [
    { kind: "show", tab: chat("a") },
    { kind: "show", tab: chat("b") },
    { kind: "split", tab: chat("c"), paneId: FIRST_PANE, edge: "right", newPaneId: other },
  ] satisfies LayoutChange[]
).reduce(applyLayoutChange, emptyLayout());
const draw = (layout: Layout) => {
  const active = activeTabOf(layout);
  return [active && toTabKey(active), ...listTabs(layout).map(toTabKey)];
};

it.each([
  ["what is stored", STORED, around(), ["chat:c", "chat:a", "chat:b", "chat:c", "terminal:t"]],
  ["the tab in the address", STORED, around({ named: chat("a") }), ["chat:a", "chat:a", "chat:b", "chat:c", "terminal:t"]],
  ["code that the address opens", STORED, around({ named: code }), ["code:a.ts", "chat:a", "chat:b", "chat:c", "terminal:t", "code:a.ts"]],
  ["not a chat that is closed", STORED, around({ named: chat("x") }), ["chat:c", "chat:a", "chat:b", "chat:c", "terminal:t"]],
  [
    "a terminal as long as none are known",
    STORED,
    around({ terminals: undefined, named: terminal }),
    ["terminal:t", "chat:a", "chat:b", "chat:c", "terminal:t"],
  ],
  ["without a layout the newest chat", emptyLayout(), around(), ["chat:c", "chat:a", "chat:b", "chat:c", "terminal:t"]],
  [
    "without a layout the remembered chat",
    emptyLayout(),
    around({ remembered: "b" }),
    ["chat:b", "chat:a", "chat:b", "chat:c", "terminal:t"],
  ],
  ["nothing where nothing is open", emptyLayout(), around({ chats: [], terminals: [] }), [null]],
])("shows %s", (_, stored, given, shown) => {
  expect(draw(deriveLayout(stored, given))).toEqual(shown);
});

it("changes of a turn take the place of all changes", () => {
  const all = keepNamed(STORED, changes(null));
  expect(draw(keepNamed(all, changes("task")))).toEqual(["changes:task", "chat:a", "chat:b", "chat:c", "changes:task"]);
});

it.each([
  ["nothing", null, STORED],
  ["a tab that is not in it", chat("x"), STORED],
  ["a tab that is visible", chat("c"), STORED],
])("keeps a layout as it is for %s", (_, named, kept) => {
  expect(keepNamed(STORED, named)).toBe(kept);
});

it("takes a tab out of a closed pane when the address names it", () => {
  const closed = applyLayoutChange(STORED, { kind: "closePane", paneId: other, at: 1 });
  expect(draw(closed)).toEqual(["chat:b", "chat:a", "chat:b"]);
  expect(draw(keepNamed(closed, chat("c")))).toEqual(["chat:c", "chat:a", "chat:b", "chat:c"]);
});
