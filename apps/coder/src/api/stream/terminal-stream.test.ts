import { TerminalId } from "@boocode/shared/ids";
import { KEPT_OUTPUT_UNITS, type TerminalFrame } from "@boocode/shared/terminals/terminal";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../../test/manual-time.ts";
import { TerminalOutput } from "../../terminals/terminal-output.ts";
import { UnwatchedPace } from "../../terminals/unwatched-pace.ts";
import { streamTerminal, type TerminalPlace } from "./terminal-stream.ts";

const TERMINAL = TerminalId.parse("trm_01");
const FRAME = 32_768;
const ROUND = 524_288;

/** Lets a reader that has asked take its seat, and a program its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A terminal and its readers, whose sockets are as full as the test says. */
function setUp() {
  const time = new ManualTime();
  const taken: number[] = [];
  let redraws = 0;
  const pace = new UnwatchedPace(time);
  const output = new TerminalOutput({ time, pace, stream: "out_2", take: (units) => void taken.push(units), onUnseen: () => {} });
  const terminals = { follow: async () => ({ output, redraw: () => void (redraws += 1) }) };
  const read = (from: TerminalPlace = {}) => {
    const aborting = new AbortController();
    const socket = { buffered: 0 };
    onTestFinished(() => aborting.abort());
    const reader = { signal: aborting.signal, bufferedBytes: () => socket.buffered, closeSocket: () => {} };
    const frames = streamTerminal(terminals, TERMINAL, from, reader);
    return { frames, socket, leave: () => aborting.abort(), next: async () => (await frames.next()).value as TerminalFrame };
  };
  return { output, taken, time, read, redraws: () => redraws };
}

it("gives what is kept in bounded frames, then what comes, and ends a round that is over", async () => {
  const { output, read } = setUp();
  output.append("a".repeat(FRAME + 10));
  const { frames, next } = read();
  expect([(await next()).text.length, (await next()).text.length]).toEqual([FRAME, 10]);
  const waiting = next();
  output.append("more");
  expect(await waiting).toEqual({ stream: "out_2", offset: FRAME + 10, text: "more", lost: 0, prelude: "" });

  let sent = FRAME + 14;
  let isOver = false;
  while (!isOver) {
    output.append("b".repeat(FRAME));
    const { done, value } = await frames.next();
    isOver = done === true;
    sent += value?.text.length ?? 0;
  }
  expect(sent).toBeGreaterThanOrEqual(ROUND);
  expect(sent).toBeLessThan(ROUND + FRAME);
  // It goes on from there.
  expect(await read({ stream: "out_2", offset: sent }).next()).toMatchObject({ offset: sent, text: "b".repeat(FRAME), lost: 0 });
});

it("lets the program go on as the reader comes along, and waits a second for one whose round is over", async () => {
  const { output, taken, time, read } = setUp();
  const first = read();
  const beginning = first.next();
  await settled();
  output.append("x".repeat(FRAME));
  await beginning;
  // All of it is near: the reader holds nothing up yet.
  expect(taken).toEqual([FRAME]);
  // More than a program may be ahead.
  const [part, parts] = ["x".repeat(FRAME), ROUND / FRAME - 1];
  for (let at = 0; at < parts; at += 1) output.append(part);
  const before = taken.length;
  for (let at = 0; at < parts; at += 1) await first.next();
  expect(taken.length).toBe(before + 1);
  expect(taken.reduce((sum, units) => sum + units, 0)).toBe(ROUND);
  expect((await first.frames.next()).done).toBe(true);
  output.append("y".repeat(131_073));
  expect(taken).toHaveLength(before + 1);
  time.advance(1_000);
  await settled();
  expect(taken.at(-1)).toBe(131_073);
});

it("sends nothing to a reader whose socket is full, which then holds the program up for a second at most", async () => {
  const { output, taken, time, read } = setUp();
  const { socket, frames, leave, next } = read();
  output.append("seen");
  await next();
  socket.buffered = 2 * 1024 * 1024;
  const waiting = frames.next();
  output.append("z".repeat(131_074));
  expect(taken).toEqual([4]);
  time.advance(1_000);
  await settled();
  expect(taken).toEqual([4, 131_074]);
  socket.buffered = 0;
  expect((await waiting).value).toMatchObject({ offset: 4, lost: 0 });
  leave();
  for await (const _ of frames);
});

it("tells a gap with the modes of its place, and makes the program draw anew", async () => {
  const { output, read, redraws } = setUp();
  output.append("\u001b[?1049h");
  for (let at = 0; at * FRAME < KEPT_OUTPUT_UNITS + FRAME; at += 1) output.append("c".repeat(FRAME));
  const frame = await read({ stream: "out_2", offset: 0 }).next();
  expect(frame).toMatchObject({ lost: frame.offset, prelude: expect.stringContaining("\u001b[?1049h") });
  expect(frame.lost).toBeGreaterThan(0);
  const { frames } = read({ stream: "out_2", offset: 0 });
  await frames.next();
  await frames.next();
  expect(redraws()).toBe(1);
});

it("a place of another stream, or one that was never reached, begins anew, and a closed terminal ends its readers", async () => {
  const { output, read } = setUp();
  const empty = read({ stream: "out_1", offset: 500 });
  expect(await empty.next()).toEqual({ stream: "out_2", offset: 0, text: "", lost: 0, prelude: "" });
  output.append("new");
  expect(await empty.next()).toMatchObject({ offset: 0, text: "new" });
  expect(await read({ stream: "out_1", offset: 500 }).next()).toMatchObject({ offset: 0, text: "new" });
  expect(await read({ stream: "out_2", offset: 500 }).next()).toMatchObject({ offset: 0, text: "new" });
  const waiting = empty.frames.next();
  output.close();
  expect((await waiting).done).toBe(true);
});
