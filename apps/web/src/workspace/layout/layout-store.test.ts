import { applyLayoutChange, type LayoutChange } from "@boocode/shared/panes/apply-layout-change";
import { decideSaveLayout, type StoredLayout } from "@boocode/shared/panes/decide-save-layout";
import { type Layout, listPanes } from "@boocode/shared/panes/layout";
import { Tab, toTabKey } from "@boocode/shared/panes/tab";
import { expect, it } from "vitest";
import { LayoutStore } from "./layout-store.ts";

const show = (path: string): LayoutChange => ({ kind: "show", tab: Tab.parse({ kind: "code", path }) });
const tabsOf = (layout: Layout | null) => layout && listPanes(layout.root).flatMap(({ tabs }) => tabs.map(toTabKey));

/** A daemon that answers when it is told to. */
class Daemon {
  stored: StoredLayout = { revision: 0, layout: null };
  readonly waiting: ((fails?: "fails") => Promise<void>)[] = [];

  open(): LayoutStore {
    const store = new LayoutStore((input) => {
      const answer = Promise.withResolvers<StoredLayout>();
      this.waiting.push(async (fails) => {
        if (fails) answer.reject(new Error("offline"));
        else {
          const layout = decideSaveLayout(this.stored, input);
          if (layout) this.stored = { revision: this.stored.revision + 1, layout };
          answer.resolve(this.stored);
        }
        await answer.promise.catch(() => {});
      });
      return answer.promise;
    });
    store.arrive(this.stored);
    return store;
  }

  answer = (fails?: "fails") => this.waiting.shift()!(fails);
}

const act = (store: LayoutStore, change: LayoutChange) => store.change(applyLayoutChange(store.read()!, change));

it("shows a change at once, and saves one after the other", async () => {
  const daemon = new Daemon();
  const store = daemon.open();
  act(store, show("a"));
  act(store, show("b"));
  act(store, show("c"));
  expect(tabsOf(store.read())).toEqual(["code:a", "code:b", "code:c"]);
  expect(daemon.waiting).toHaveLength(1);
  await daemon.answer();
  expect(tabsOf(daemon.stored.layout)).toEqual(["code:a"]);
  await daemon.answer();
  expect(daemon.stored).toEqual({ revision: 2, layout: store.read() });
  expect(daemon.waiting).toHaveLength(0);
});

it("two pages end with the same tabs, each with its own visible", async () => {
  const daemon = new Daemon();
  const [one, two] = [daemon.open(), daemon.open()];
  act(one, show("a"));
  act(two, show("b"));
  await daemon.answer();
  await daemon.answer();
  one.arrive(daemon.stored);
  expect(tabsOf(one.read())).toEqual(tabsOf(two.read()));
  expect(tabsOf(one.read())?.toSorted()).toEqual(["code:a", "code:b"]);
  expect([one, two].map((store) => listPanes(store.read()!.root)[0]!.active)).toEqual(["code:a", "code:b"]);
});

it("what arrives during a save waits for its answer", async () => {
  const daemon = new Daemon();
  const [one, two] = [daemon.open(), daemon.open()];
  act(one, show("a"));
  act(two, show("b"));
  await daemon.waiting.pop()!();
  one.arrive(daemon.stored);
  expect(tabsOf(one.read())).toEqual(["code:a"]);
  await daemon.answer();
  expect(tabsOf(one.read())?.toSorted()).toEqual(["code:a", "code:b"]);
});

it("what could not be saved is kept, and saved later", async () => {
  const daemon = new Daemon();
  const store = daemon.open();
  act(store, show("a"));
  await daemon.answer("fails");
  expect(tabsOf(store.read())).toEqual(["code:a"]);
  store.flush();
  await daemon.answer();
  expect(tabsOf(daemon.stored.layout)).toEqual(["code:a"]);
});

it("a tab closed and opened again during a save stays", async () => {
  const daemon = new Daemon();
  const store = daemon.open();
  act(store, show("a"));
  await daemon.answer();
  act(store, { kind: "closeTab", tabKey: "code:a" });
  act(store, show("a"));
  await daemon.answer();
  await daemon.answer();
  expect(tabsOf(daemon.stored.layout)).toEqual(["code:a"]);
  expect(daemon.stored.layout).toEqual(store.read());
});
