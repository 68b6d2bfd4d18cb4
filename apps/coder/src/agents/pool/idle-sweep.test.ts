import type { Holds } from "@boocode/shared/agents/processes/decide-kept";
import { AgentId, ChatId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../../test/manual-time.ts";
import { silentLogger } from "../../platform/logger.ts";
import { IdleSweep } from "./idle-sweep.ts";
import type { Live } from "./live.ts";

const FREE: Holds = { isAsking: false, isKeptWarm: false, programs: 0 };
const toLive = (id: string, since: number): Live => ({
  id,
  chatId: ChatId.parse(id),
  sessionId: BUILT_IDS.session,
  agent: AgentId.parse("goose"),
  configHash: "hash",
  backend: "acp",
  conversation: null,
  phase: { kind: "idle", since },
  openedAt: 0,
  isRetired: false,
  isActing: false,
});

/** A pool with room for two, whose looks are what the test says. */
function createSweep(pool: Live[], look: (live: Live) => Promise<Holds>) {
  const time = new ManualTime();
  const [looked, closed]: [string[], string[]] = [[], []];
  const sweep = new IdleSweep({
    limits: { maxLive: 2, idleTtlMs: 1_000 },
    time,
    logger: silentLogger(),
    list: () => pool,
    look: (live) => {
      looked.push(live.id);
      return look(live);
    },
    close: (live) => {
      closed.push(live.id);
      pool.splice(pool.indexOf(live), 1);
    },
  });
  onTestFinished(() => sweep.close());
  return { sweep, time, looked, closed };
}

it("looks only at what would go, and takes the next one where that is held", async () => {
  const pool = ["a", "b", "c", "d"].map((id, since) => toLive(id, since));
  const held: Record<string, Partial<Holds>> = { a: { programs: 1 }, b: { isKeptWarm: true } };
  const { sweep, looked, closed } = createSweep(pool, async ({ id }) => ({ ...FREE, ...held[id] }));
  sweep.wake();
  await expect.poll(() => closed).toEqual(["c", "d"]);
  expect(looked).toEqual(["a", "b", "c", "d"]);
  sweep.wake();
  await expect.poll(() => looked.length).toBe(4);
});

it("F33: what a turn, its own work, a question or an unknown holds is not closed, however long it is idle", async () => {
  const pool = ["unknown", "asking", "acting", "used"].map((id) => toLive(id, 0));
  const { sweep, time, looked, closed } = createSweep(pool, async ({ id }) => {
    if (id === "unknown") throw new Error("The system does not say");
    // A turn begins and ends while the sweep looks.
    const used = pool.find((live) => live.id === "used")!;
    if (id === "used" && looked.length === 3) used.phase = { kind: "idle", since: time.elapsedMs() };
    return { ...FREE, isAsking: id === "asking" };
  });
  pool[2]!.isActing = true;
  time.advance(2_000);
  sweep.wake();
  await expect.poll(() => looked).toEqual(["unknown", "asking", "used", "used"]);
  await expect.poll(() => closed).toEqual(["used"]);
  time.advance(40_000);
  await expect.poll(() => looked.slice(4)).toEqual(["unknown", "asking"]);
  expect(closed).toEqual(["used"]);
});

it("begins again after a sweep that was running, and not once it is closed", async () => {
  const gate = Promise.withResolvers<void>();
  const pool = [toLive("a", 0), toLive("b", 1), toLive("c", 2)];
  const { sweep, looked, closed } = createSweep(pool, async () => gate.promise.then(() => FREE));
  sweep.wake();
  sweep.wake();
  pool.push(toLive("d", 3));
  gate.resolve();
  await expect.poll(() => closed).toEqual(["a", "b"]);
  sweep.close();
  pool.push(toLive("e", 4));
  sweep.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(looked).toEqual(["a", "b"]);
});
