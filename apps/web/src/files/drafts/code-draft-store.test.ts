import { SessionId } from "@boocode/shared/ids";
import { expect, it, vi } from "vitest";
import { CodeDraftStore } from "./code-draft-store.ts";

const S = SessionId.parse("ses_1");

function makeKeep(room = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new Error("full");
      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
    key: (at: number) => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  };
}

it("unsaved text is there after a reload, for each file of each session, until it is saved", () => {
  const keep = makeKeep();
  const draft = { baseOid: "a".repeat(40), text: "mine" };
  new CodeDraftStore(keep).write(S, "src/a.ts", draft);
  const store = new CodeDraftStore(keep);
  expect(store.read(S, "src/a.ts")).toEqual(draft);
  expect([store.read(S, "a.ts"), store.read(SessionId.parse("ses_2"), "src/a.ts")]).toEqual([null, null]);
  store.write(S, "src/a.ts", null);
  expect([new CodeDraftStore(keep).read(S, "src/a.ts"), keep.kept.size]).toEqual([null, 0]);
});

it("unsaved text goes with its file, or with all of the folder that it is in, to another name", () => {
  const keep = makeKeep();
  const draft = (text: string) => ({ baseOid: null, text });
  const earlier = new CodeDraftStore(keep);
  for (const path of ["dir/a", "dir/deep/b", "dir2/c", "dir"]) earlier.write(S, path, draft(path));
  earlier.write(SessionId.parse("ses_2"), "dir/a", draft("of another session"));
  const store = new CodeDraftStore(keep);
  store.move(S, "dir", "new");
  const texts = (id: SessionId, ...paths: string[]) => paths.map((path) => store.read(id, path)?.text ?? null);
  expect(texts(S, "new/a", "new/deep/b", "new", "dir2/c")).toEqual(["dir/a", "dir/deep/b", "dir", "dir2/c"]);
  expect(texts(S, "dir/a", "dir/deep/b", "dir")).toEqual([null, null, null]);
  expect(texts(SessionId.parse("ses_2"), "dir/a")).toEqual(["of another session"]);
});

it("text that the browser has no room for lasts as long as the page, and is told of", () => {
  const store = new CodeDraftStore(makeKeep(40));
  const told = vi.fn();
  store.subscribe(told);
  store.write(S, "a", { baseOid: null, text: "x".repeat(100) });
  expect([store.read(S, "a")?.text.length, store.isUnkept(S, "a"), store.hasUnkept]).toEqual([100, true, true]);
  store.write(S, "a", { baseOid: null, text: "x" });
  expect([store.isUnkept(S, "a"), store.hasUnkept, told.mock.calls.length]).toEqual([false, false, 2]);
});

it.each(["", "{", "null", "{}", '{"baseOid":1,"text":""}', '{"baseOid":null,"text":1}'])("what is stored as %j is no draft", (stored) => {
  const keep = makeKeep();
  keep.kept.set(`boocode.unsaved.${S}.a`, stored);
  expect(new CodeDraftStore(keep).read(S, "a")).toBeNull();
});
