import fc from "fast-check";
import { expect, it } from "vitest";
import { ConfirmedTime } from "./confirmed-time.ts";

const HOUR = 3_600_000;
const NEVER = Number.NEGATIVE_INFINITY;

/** Each look: hours since the last one by the clock that nobody sets, and what the clock that people set shows, in hours. */
function lookAt(...looks: [passed: number, shown: number][]): number[] {
  let [elapsed, now] = [0, 0];
  const time = new ConfirmedTime({ now: () => now, elapsedMs: () => elapsed });
  return looks.map(([passed, shown]) => {
    elapsed += passed * HOUR;
    now = shown * HOUR;
    return time.look() / HOUR;
  });
}

it.each<[string, [number, number][], number[]]>([
  ["nothing at the first look", [[0, 100]], [NEVER]],
  [
    "what an earlier look saw",
    [
      [0, 100],
      [1, 101],
      [1, 102],
    ],
    [NEVER, 100, 101],
  ],
  [
    "nothing before it has held",
    [
      [0, 100],
      [0.5, 100.5],
      [0.5, 101],
    ],
    [NEVER, NEVER, 100],
  ],
  [
    "no jump forward that is taken back",
    [
      [0, 100],
      [1, 101],
      [1, 9_000],
      [1, 103],
      [1, 104],
    ],
    [NEVER, 100, 101, 101, 103],
  ],
  [
    "a jump forward that stays",
    [
      [0, 100],
      [1, 9_000],
      [1, 9_001],
    ],
    [NEVER, 100, 9_000],
  ],
  [
    "nothing after a jump back behind what was confirmed",
    [
      [0, 9_000],
      [1, 9_001],
      [1, 100],
      [1, 101],
    ],
    [NEVER, 9_000, NEVER, 100],
  ],
])("F22 confirms %s", (_, looks, confirmed) => {
  expect(lookAt(...looks)).toEqual(confirmed);
});

it("F22 never confirms what the clock did not show at an earlier look, nor what it is behind now", () => {
  const look = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 50 }));
  fc.assert(
    fc.property(fc.array(look, { maxLength: 30 }), (looks) => {
      for (const [at, confirmed] of lookAt(...looks).entries()) {
        if (confirmed === NEVER) continue;
        expect(looks.slice(0, at).map(([, shown]) => shown)).toContain(confirmed);
        expect(confirmed).toBeLessThanOrEqual(looks[at]![1]);
      }
    }),
  );
});
