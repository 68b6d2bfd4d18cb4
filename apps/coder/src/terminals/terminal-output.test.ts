import { KEPT_OUTPUT_UNITS } from "@boocode/shared/terminals/terminal";
import { expect, it } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { TerminalOutput } from "./terminal-output.ts";
import { UnwatchedPace } from "./unwatched-pace.ts";

/** How far a program may be ahead of its reader. */
const AHEAD = 131_072;
const PATIENCE_MS = 1_000;
const chunk = "x".repeat(AHEAD);

/** An output whose unwatched turns come when the test says so. */
function setUp() {
  const time = new ManualTime();
  const turns: (() => void)[] = [];
  const taken: number[] = [];
  const unseen: boolean[] = [];
  const output: TerminalOutput = new TerminalOutput({
    time,
    pace: { wait: (go: () => void) => void turns.push(go) } as unknown as UnwatchedPace,
    stream: "out",
    take: (units) => void taken.push(units),
    onUnseen: () => void unseen.push(output.hasUnseen),
  });
  const wakes = { first: 0, second: 0 };
  const sit = (who: keyof typeof wakes, at = 0) => output.sit(at, () => void (wakes[who] += 1));
  return { output, time, turns, taken, unseen, wakes, sit };
}

it("a program is let on at once while a reader is near, and waits for the furthest one beyond that", () => {
  const { output, taken, turns, wakes, sit } = setUp();
  const [first, second] = [sit("first"), sit("second")];
  output.append(chunk);
  expect(taken).toEqual([AHEAD]);
  output.append("yz");
  expect([taken, wakes]).toEqual([[AHEAD], { first: 2, second: 2 }]);
  first.moveTo(1);
  expect(taken).toEqual([AHEAD]);
  second.moveTo(2);
  expect(taken).toEqual([AHEAD, 2]);
  // The slow one holds nobody up, and finds what is kept.
  output.append("w");
  second.moveTo(3);
  expect(taken).toEqual([AHEAD, 2, 1]);
  expect(output.read(1, 4)).toMatchObject({ offset: 1, text: "xxxx", lost: 0 });
  expect(turns).toEqual([]);
});

it("a reader that stands still holds the program up for a second, and counts again once it moves", () => {
  const { output, time, taken, turns, sit } = setUp();
  const seat = sit("first");
  output.append(`${chunk}!`);
  time.advance(PATIENCE_MS - 1);
  expect([taken, turns.length]).toEqual([[], 0]);
  time.advance(1);
  expect([taken, turns.length]).toEqual([[], 1]);
  turns.shift()!();
  expect(taken).toEqual([AHEAD + 1]);
  // It still stands: nothing waits for it again, and the pace decides.
  output.append("more");
  expect([turns.length, time.pending]).toEqual([1, []]);
  turns.shift()!();
  expect(taken).toEqual([AHEAD + 1, 4]);
  // Once it has come near, it takes the next at once.
  seat.moveTo(output.end);
  output.append("at once");
  expect([taken, turns.length]).toEqual([[AHEAD + 1, 4, 7], 0]);
});

it("a reader that moves a little within the second is waited for anew", () => {
  const { output, time, taken, turns, sit } = setUp();
  const seat = sit("first");
  output.append(chunk + chunk);
  for (let place = 1; place <= 5; place += 1) {
    time.advance(PATIENCE_MS - 100);
    seat.moveTo(place);
    time.advance(100);
  }
  expect([taken, turns.length]).toEqual([[], 0]);
  seat.moveTo(AHEAD);
  expect(taken).toEqual([2 * AHEAD]);
  expect(time.pending).toEqual([]);
});

it("a reader that will come back is waited for where it was, one that does not is forgotten after a second", () => {
  const { output, time, taken, turns, unseen, sit } = setUp();
  const first = sit("first");
  output.append(chunk);
  first.moveTo(AHEAD);
  first.leave(true);
  output.append(`${chunk}!`);
  // It was near: what is seen in a moment is not unseen.
  expect([taken, turns.length, unseen]).toEqual([[AHEAD], 0, []]);
  const back = sit("first", AHEAD);
  expect(time.pending).toHaveLength(1);
  back.moveTo(AHEAD + 1);
  expect(taken).toEqual([AHEAD, AHEAD + 1]);

  back.leave(true);
  output.append(chunk);
  expect([taken.length, turns.length]).toEqual([2, 0]);
  time.advance(PATIENCE_MS);
  expect(turns).toHaveLength(1);
  output.append("?");
  turns.shift()!();
  expect([taken.slice(2), unseen]).toEqual([[AHEAD + 1], [true]]);
});

it("without a reader the program has one turn at a time, and what it writes is unseen until somebody reads", () => {
  const { output, taken, turns, unseen, sit } = setUp();
  for (const text of ["one", "two", "three"]) output.append(text);
  expect([turns.length, taken, unseen]).toEqual([1, [], [true]]);
  turns.shift()!();
  expect(taken).toEqual([11]);
  output.append("four");
  expect(turns).toHaveLength(1);
  const seat = sit("first");
  expect(unseen).toEqual([true, false]);
  output.append("five");
  expect(taken).toEqual([11, 8]);
  // A turn that comes when nothing is owed any more takes nothing.
  turns.shift()!();
  seat.leave(false);
  output.append("six");
  expect([taken, unseen, output.hasUnseen]).toEqual([[11, 8], [true, false, true], true]);
});

it("the newest output is kept and no more, and what is gone is told", () => {
  const { output, turns } = setUp();
  for (let round = 0; round < 12; round += 1) {
    output.append(chunk);
    turns.shift()!();
  }
  const piece = output.read(0, 10)!;
  expect(piece.lost).toBe(piece.offset);
  expect(output.end - piece.offset).toBeLessThanOrEqual(KEPT_OUTPUT_UNITS);
  expect(output.end - piece.offset).toBeGreaterThan(KEPT_OUTPUT_UNITS - AHEAD - 1);
});

it("nobody is waited for where BooCode has written, or when it is closed: its readers are woken", () => {
  const { output, time, taken, turns, wakes, sit } = setUp();
  output.note("ended");
  turns.shift()!();
  expect(taken).toEqual([]);
  const [first, second] = [sit("first"), sit("second")];
  first.leave(true);
  second.moveTo(5);
  output.append(chunk + chunk);
  const before = wakes.second;
  output.close();
  expect([output.isClosed, wakes.second, time.pending]).toEqual([true, before + 1, []]);
  output.append("late");
  second.leave(true);
  time.advance(10 * PATIENCE_MS);
  expect([taken, turns.length, time.pending, output.read(output.end, 10)]).toEqual([[], 0, [], null]);
});

it("terminals that nobody reads take turns, one every 16 ms", () => {
  const clock: { ms: number; work: () => void }[] = [];
  const after = (ms: number, work: () => void) => {
    const one = { ms, work };
    clock.push(one);
    return () => void clock.splice(clock.indexOf(one), 1);
  };
  const pace = new UnwatchedPace({ after });
  const went: string[] = [];
  const go = (who: string, again: number) => {
    went.push(who);
    if (again > 0) pace.wait(() => go(who, again - 1));
  };
  for (const who of ["a", "b", "c"]) pace.wait(() => go(who, 1));
  while (clock.length > 0) {
    const [next, ...others] = clock.splice(0);
    expect([next!.ms, others]).toEqual([16, []]);
    const count = went.length;
    next!.work();
    expect(went).toHaveLength(count + 1);
  }
  expect(went).toEqual(["a", "b", "c", "a", "b", "c"]);
  pace.wait(() => go("a", 0));
  pace.close();
  expect(clock).toEqual([]);
});
