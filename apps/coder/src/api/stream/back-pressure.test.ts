import { expect, it } from "vitest";
import { ManualTime } from "../../../test/manual-time.ts";
import { BackPressure, type Reader } from "./back-pressure.ts";

const limits = { maxBufferedBytes: 100, stallMs: 30_000, pollMs: 1_000 };

/** A reader whose buffer the test sets. */
function openReader(buffered: number) {
  const gone = new AbortController();
  const reader = {
    buffered,
    closedFor: null as string | null,
    signal: gone.signal,
    bufferedBytes: () => reader.buffered,
    closeSocket: (reason: string) => void (reader.closedFor = reason),
    leave: () => gone.abort(),
  };
  return reader satisfies Reader;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it("E4 a reader with room is sent to at once, one without as soon as it has some", async () => {
  const time = new ManualTime();
  const pressure = new BackPressure(limits, time);
  expect(await pressure.hasRoom(openReader(100))).toBe(true);
  const slow = openReader(101);
  const waiting = pressure.hasRoom(slow);
  slow.buffered = 0;
  await nextTurn();
  time.advance(1_000);
  expect(await waiting).toBe(true);
});

it("E4 one that takes nothing for too long is closed; one that takes a little is not", async () => {
  const time = new ManualTime();
  const pressure = new BackPressure(limits, time);
  const [stalled, slow] = [openReader(1_000), openReader(1_000)];
  const ends = Promise.all([pressure.hasRoom(stalled), pressure.hasRoom(slow)]);
  for (let second = 0; second < 40; second += 1) {
    await nextTurn();
    slow.buffered -= 10;
    time.advance(1_000);
  }
  expect([stalled.closedFor, slow.closedFor]).toEqual(["reader stalled", null]);
  slow.buffered = 0;
  await nextTurn();
  time.advance(1_000);
  expect(await ends).toEqual([false, true]);
});

it("one that leaves is waited for no longer, and leaves no timer behind", async () => {
  const time = new ManualTime();
  const reader = openReader(1_000);
  const waiting = new BackPressure(limits, time).hasRoom(reader);
  await nextTurn();
  expect(time.pending).toEqual([1_000]);
  reader.leave();
  expect(await waiting).toBe(false);
  expect(time.pending).toEqual([]);
});
