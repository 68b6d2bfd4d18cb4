import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideLifecycle, type LiveConversation } from "./decide-lifecycle.ts";

const limits = { maxLive: 2, idleTtlMs: 1_000 };
const idle = (id: string, since: number): LiveConversation => ({ id, phase: { kind: "idle", since } });
const held = (id: string, since: number): LiveConversation => ({ ...idle(id, since), isHeld: true });
const busy = (id: string): LiveConversation => ({ id, phase: { kind: "busy" } });
const starting = (id: string): LiveConversation => ({ id, phase: { kind: "starting" } });
const close = (id: string, reason: "idle_too_long" | "over_capacity") => ({ kind: "close", id, reason });

it.each([
  { name: "an empty pool", pool: [], now: 0, actions: [] },
  { name: "busy conversations stay, even over capacity", pool: ["a", "b", "c"].map(busy), now: 9_999, actions: [] },
  { name: "starting conversations stay, even over capacity", pool: ["a", "b", "c"].map(starting), now: 9_999, actions: [] },
  { name: "a conversation idle for exactly the limit stays", pool: [idle("a", 0)], now: 1_000, actions: [] },
  { name: "a conversation idle for longer is closed", pool: [idle("a", 0)], now: 1_001, actions: [close("a", "idle_too_long")] },
  {
    name: "the longest idle is closed if there are too many",
    pool: [idle("a", 900), idle("b", 800), busy("c")],
    now: 1_000,
    actions: [close("b", "over_capacity")],
  },
  {
    name: "conversations idle too long are closed first and make room",
    pool: [idle("a", 0), idle("b", 4_800), idle("c", 4_900), idle("d", 4_950)],
    now: 5_000,
    actions: [close("a", "idle_too_long"), close("b", "over_capacity")],
  },
  {
    name: "busy conversations count towards the capacity",
    pool: [busy("a"), busy("b"), idle("c", 5)],
    now: 6,
    actions: [close("c", "over_capacity")],
  },
  { name: "one that is held stays, however long it is idle", pool: [held("a", 0)], now: 9_999, actions: [] },
  {
    name: "one that is held takes a place, and another goes for it",
    pool: [held("a", 0), idle("b", 800), idle("c", 900)],
    now: 1_000,
    actions: [close("b", "over_capacity")],
  },
  { name: "if all are held or busy, there is one more", pool: [held("a", 0), held("b", 0), busy("c")], now: 9_999, actions: [] },
])("$name", ({ pool, now, actions }) => {
  expect(decideLifecycle(pool, limits, now)).toEqual(actions);
});

it("closes only idle conversations, each once, no more than necessary, longest idle first", () => {
  const phase = fc.oneof(
    fc.constant({ kind: "starting" as const }),
    fc.constant({ kind: "busy" as const }),
    fc.nat(3_000).map((since) => ({ kind: "idle" as const, since })),
  );
  const live = fc.record({ phase, isHeld: fc.boolean() });
  fc.assert(
    fc.property(fc.array(live, { maxLength: 12 }), (lives) => {
      const pool = lives.map((one, n) => ({ id: String(n), ...one }));
      const closed = new Set(decideLifecycle(pool, limits, 3_000).map(({ id }) => id));
      const sinceOf = (which: boolean) =>
        pool.flatMap(({ id, phase, isHeld }) => (phase.kind === "idle" && !isHeld && closed.has(id) === which ? [phase.since] : []));
      expect(sinceOf(true)).toHaveLength(closed.size);
      expect(Math.max(-1, ...sinceOf(true))).toBeLessThanOrEqual(Math.min(Infinity, ...sinceOf(false)));
      const fresh = sinceOf(true).filter((since) => 3_000 - since <= limits.idleTtlMs);
      expect(fresh.length === 0 || pool.length - closed.size === limits.maxLive || sinceOf(false).length === 0).toBe(true);
      expect(pool.length - closed.size <= limits.maxLive || sinceOf(false).length === 0).toBe(true);
    }),
  );
});
