import { describe, expect, it } from "vitest";
import { applyDeath, decideRestart, NEVER_DIED, RESTART_LIMITS, type RestartState } from "./decide-restart.ts";

const dieAt = (...times: number[]) => times.reduce<RestartState>((state, at) => applyDeath(state, RESTART_LIMITS, at), NEVER_DIED);

describe("P11: restart intensity", () => {
  it.each([
    { name: "a program that never died starts", state: NEVER_DIED, now: 0, decision: { kind: "start" } },
    { name: "three deaths in a minute are restarted", state: dieAt(0, 10_000, 20_000), now: 20_000, decision: { kind: "start" } },
    {
      name: "the fourth in a minute opens the circuit",
      state: dieAt(0, 1, 2, 59_999),
      now: 60_000,
      decision: { kind: "refuse", retryAt: 119_999 },
    },
    { name: "deaths further apart are restarted", state: dieAt(0, 20_000, 40_000, 60_000), now: 60_000, decision: { kind: "start" } },
    { name: "one start is tried after the pause", state: dieAt(0, 1, 2, 3), now: 60_003, decision: { kind: "start" } },
    {
      name: "if that start dies, the circuit opens at once, for twice as long",
      state: dieAt(0, 1, 2, 3, 60_003),
      now: 60_004,
      decision: { kind: "refuse", retryAt: 180_003 },
    },
    {
      name: "no matter how much later it dies",
      state: dieAt(0, 1, 2, 3, 60_003, 999_000),
      now: 999_000,
      decision: { kind: "refuse", retryAt: 1_239_000 },
    },
    {
      name: "no pause is longer than ten minutes",
      state: dieAt(0, 1, 2, 3, 1e6, 2e6, 3e6, 4e6, 5e6),
      now: 5e6,
      decision: { kind: "refuse", retryAt: 5_600_000 },
    },
  ])("$name", ({ state, now, decision }) => {
    expect(decideRestart(state, now)).toEqual(decision);
  });
});
