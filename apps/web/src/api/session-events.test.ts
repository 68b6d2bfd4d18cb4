import type { SessionFrame } from "@boocode/shared/chats/session-frame";
import { SessionId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { type FrameSink, SessionEvents } from "./session-events.ts";

const session = SessionId.parse("ses_1");

/** A frame source controlled by the test: its subscriptions, with the sink of each. */
function openSource() {
  const asked: { cursor: number; sink: FrameSink; isOpen: boolean }[] = [];
  return {
    asked,
    subscribe(_: SessionId, cursor: number, sink: FrameSink) {
      const stream = { cursor, sink, isOpen: true };
      asked.push(stream);
      return () => {
        stream.isOpen = false;
      };
    },
  };
}

const events: SessionFrame = { kind: "events", events: [] };

function setUp(wait: () => Promise<void> | null = () => Promise.resolve()) {
  const source = openSource();
  return { source, store: new SessionEvents(source, { wait }) };
}

test("two chats of a session share one stream", () => {
  const { source, store } = setUp();
  const got: string[] = [];
  store.subscribe(session, 10, () => got.push("a"));
  store.subscribe(session, 10, () => got.push("b"));
  source.asked[0]!.sink.onFrame(12, events);
  expect(source.asked).toHaveLength(1);
  expect(got).toEqual(["a", "b"]);
});

test("a listener with a newer page joins the running stream", () => {
  const { source, store } = setUp();
  store.subscribe(session, 10, () => {});
  store.subscribe(session, 40, () => {});
  expect(source.asked.map((stream) => stream.cursor)).toEqual([10]);
});

test("a listener with an older page restarts the stream from its seq and misses nothing", () => {
  const { source, store } = setUp();
  const got: string[] = [];
  store.subscribe(session, 10, () => got.push("a"));
  source.asked[0]!.sink.onFrame(50, events);
  store.subscribe(session, 45, () => got.push("b"));
  expect(source.asked.map(({ cursor, isOpen }) => [cursor, isOpen])).toEqual([
    [10, false],
    [45, true],
  ]);
  source.asked[0]!.sink.onFrame(51, events);
  expect(got).toEqual(["a"]);
  source.asked[1]!.sink.onFrame(50, events);
  expect(got).toEqual(["a", "a", "b"]);
});

test("the stream ends with its last listener and starts again with the next", () => {
  const { source, store } = setUp();
  const leaveA = store.subscribe(session, 10, () => {});
  const leaveB = store.subscribe(session, 10, () => {});
  leaveA();
  expect(source.asked[0]!.isOpen).toBe(true);
  leaveB();
  expect(source.asked[0]!.isOpen).toBe(false);
  store.subscribe(session, 3, () => {});
  expect(source.asked.map((stream) => stream.cursor)).toEqual([10, 3]);
});

test("sessions do not share a stream", () => {
  const { source, store } = setUp();
  store.subscribe(session, 1, () => {});
  store.subscribe(SessionId.parse("ses_2"), 2, () => {});
  expect(source.asked.map((stream) => stream.cursor)).toEqual([1, 2]);
});

test("a stopped stream resumes from its last frame", async () => {
  const { source, store } = setUp();
  store.subscribe(session, 10, () => {});
  source.asked[0]!.sink.onFrame(17, events);
  source.asked[0]!.sink.onStopped(new Error("gone"));
  await Promise.resolve();
  await Promise.resolve();
  expect(source.asked.map((stream) => stream.cursor)).toEqual([10, 17]);
});

test("a stream that stopped for good stays so, and one left meanwhile does too", async () => {
  const forGood = setUp(() => null);
  forGood.store.subscribe(session, 10, () => {});
  forGood.source.asked[0]!.sink.onStopped(new Error("session_not_found"));
  const left = setUp();
  const leave = left.store.subscribe(session, 10, () => {});
  left.source.asked[0]!.sink.onStopped(new Error("gone"));
  leave();
  await Promise.resolve();
  await Promise.resolve();
  expect(forGood.source.asked).toHaveLength(1);
  expect(left.source.asked).toHaveLength(1);
});

test("a resync is handed on, and a chat that comes back with its new page begins from there", () => {
  const { source, store } = setUp();
  const got: SessionFrame[] = [];
  const leave = store.subscribe(session, 900, (frame) => got.push(frame));
  source.asked[0]!.sink.onFrame(20, { kind: "resync", seq: 20 });
  source.asked[0]!.sink.onFrame(23, events);
  leave();
  store.subscribe(session, 21, (frame) => got.push(frame));
  expect(got[0]).toEqual({ kind: "resync", seq: 20 });
  expect(source.asked.at(-1)!.cursor).toBe(21);
});
