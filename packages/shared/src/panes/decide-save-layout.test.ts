import { expect, it } from "vitest";
import { BUILT_IDS } from "../testing/build.ts";
import { applyLayoutChange } from "./apply-layout-change.ts";
import { decideSaveLayout, SaveLayoutInput } from "./decide-save-layout.ts";
import { emptyLayout, listPanes, type Layout, MAX_LAYOUT_TABS } from "./layout.ts";
import { Tab } from "./tab.ts";

const chat = (chatId: string) => Tab.parse({ kind: "chat", chatId });
const show = (layout: Layout, name: string) => applyLayoutChange(layout, { kind: "show", tab: chat(name) });
const NONE = { revision: 0, layout: null };
const ONE = { revision: 1, layout: show(emptyLayout(), "a") };
const TWO = { revision: 2, layout: show(ONE.layout, "b") };
const namesOf = (layout: Layout | null) => layout && listPanes(layout.root)[0]!.tabs.map((tab) => tab.kind === "chat" && tab.chatId);

it.each([
  ["the first one", NONE, { base: NONE, layout: ONE.layout }, ["a"]],
  ["one that came from what is stored", ONE, { base: ONE, layout: TWO.layout }, ["a", "b"]],
  ["a stale one is merged", TWO, { base: ONE, layout: show(ONE.layout, "c") }, ["a", "b", "c"]],
  ["two first ones are merged", ONE, { base: NONE, layout: show(emptyLayout(), "c") }, ["a", "c"]],
  ["the same one stays", ONE, { base: ONE, layout: ONE.layout }, null],
  ["a stale one that changed nothing stays", TWO, { base: ONE, layout: ONE.layout }, null],
])("%s", (_, stored, input, names) => {
  const next = decideSaveLayout(stored, input);
  expect(namesOf(next)?.toSorted() ?? null).toEqual(names);
});

it("two that are too much together are not merged", () => {
  const many = (prefix: string) =>
    Array.from({ length: MAX_LAYOUT_TABS }, (__, at) => `${prefix}${at}`).reduce((tabs, name) => [...tabs, chat(name)], [] as Tab[]);
  const full = (prefix: string): Layout => {
    const tabs = many(prefix);
    return { ...emptyLayout(), root: { kind: "pane", id: emptyLayout().activePaneId, tabs, active: `chat:${prefix}0` } };
  };
  expect(decideSaveLayout({ revision: 1, layout: full("a") }, { base: NONE, layout: full("b") })).toBeNull();
});

it("is refused if it is too large", () => {
  const paths = Array.from({ length: 100 }, (_, at) => Tab.parse({ kind: "code", path: `${at}`.padEnd(4_000, "x") }));
  const layout = paths.reduce((before: Layout, tab) => applyLayoutChange(before, { kind: "show", tab }), emptyLayout());
  expect(SaveLayoutInput.safeParse({ sessionId: BUILT_IDS.session, base: NONE, layout }).success).toBe(false);
  expect(SaveLayoutInput.safeParse({ sessionId: BUILT_IDS.session, base: NONE, layout: ONE.layout }).success).toBe(true);
});
