import { ChatId, PromptId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { DraftStore, type DraftKeep } from "./draft-store.ts";

const chat = ChatId.parse("chat_1");
const p1 = PromptId.parse("p1");

class Keep extends Map<string, string> implements DraftKeep {
  getItem = (key: string) => this.get(key) ?? null;
  setItem = (key: string, value: string) => void this.set(key, value);
  removeItem = (key: string) => void this.delete(key);
}

/** Builds the store that another page load would have. */
const reload = (keep: Keep) => new DraftStore(keep);

it("keeps typed text over a reload", () => {
  const keep = new Keep();
  const store = reload(keep);
  store.write(chat, "half a thou");
  store.flush();
  expect(reload(keep).read(chat).text).toBe("half a thou");
});

it("writes a prompt down before it is sent, and forgets it only when it was accepted", () => {
  const keep = new Keep();
  const store = reload(keep);
  store.write(chat, "hello");
  const attempt = store.begin(chat, () => p1);
  expect(attempt).toEqual({ promptId: p1, text: "hello" });
  expect(reload(keep).read(chat)).toMatchObject({ text: "hello", retry: attempt });
  store.accepted(chat, p1);
  expect(keep.size).toBe(0);
});

it("shows a sent prompt until the transcript has it", () => {
  const store = reload(new Keep());
  store.write(chat, "hello");
  store.begin(chat, () => p1);
  store.accepted(chat, p1);
  expect(store.shown(chat)).toHaveLength(1);
  store.known(chat, new Set([p1]));
  expect(store.shown(chat)).toEqual([]);
});

it("returns a failed prompt to the composer", () => {
  const store = reload(new Keep());
  store.write(chat, "hello");
  store.begin(chat, () => p1);
  store.failed(chat, p1);
  expect(store.read(chat).text).toBe("hello");
  expect(store.shown(chat)).toEqual([]);
});

it("drops a prompt with a lost answer once the transcript has it", () => {
  const keep = new Keep();
  const before = reload(keep);
  before.write(chat, "hello");
  before.begin(chat, () => p1);
  const after = reload(keep);
  expect(after.read(chat).text).toBe("hello");
  after.known(chat, new Set([p1]));
  expect(after.read(chat).text).toBe("");
  expect(keep.size).toBe(0);
});

it("notifies listeners, and returns the same object while nothing changed", () => {
  const store = reload(new Keep());
  let told = 0;
  const leave = store.subscribe(() => (told += 1));
  const empty = store.read(chat);
  store.write(chat, "");
  store.known(chat, new Set([p1]));
  expect([told, store.read(chat)]).toEqual([0, empty]);
  store.write(chat, "x");
  leave();
  store.write(chat, "xy");
  expect(told).toBe(1);
  store.flush();
});

it("works without storage", () => {
  const blocked = () => {
    throw new Error("blocked");
  };
  const store = new DraftStore({ getItem: blocked, setItem: blocked, removeItem: blocked });
  store.write(chat, "still here");
  store.flush();
  expect(store.read(chat).text).toBe("still here");
});
