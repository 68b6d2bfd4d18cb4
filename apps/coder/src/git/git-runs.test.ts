import { setImmediate as nextTurn } from "node:timers/promises";
import { TerminalId } from "@boocode/shared/ids";
import { expect, it, onTestFinished } from "vitest";
import { ManualTime } from "../../test/manual-time.ts";
import { silentLogger } from "../platform/logger.ts";
import type { TerminalRun } from "../terminals/terminal-run.ts";
import { createWorktreeSetup } from "../worktrees/worktree-fixture.ts";
import { GitRuns } from "./git-runs.ts";

/** How long a git that asks or waits keeps the worktree to itself. */
const HOLD_MS = 30_000;
const SIZE = { cols: 80, rows: 24 };

/** Runs of git in a real worktree, whose programs end when the test says so. */
async function setUp() {
  const setup = await createWorktreeSetup();
  onTestFinished(() => setup[Symbol.asyncDispose]());
  const { db, locks, worktrees, feed, sessionId } = setup;
  await worktrees.ensure(sessionId);
  const time = new ManualTime();
  const programs: ((exitCode: number) => void)[] = [];
  const terminals = {
    run: async () => {
      const { promise: ended, resolve } = Promise.withResolvers<Awaited<TerminalRun["ended"]>>();
      programs.push((exitCode) => resolve({ exit: { exitCode, signal: null }, output: "said" }));
      return { terminal: { id: TerminalId.parse("term-1") }, ended } as TerminalRun;
    },
  };
  const runs = new GitRuns({ db, locks, worktrees, feed, time, terminals, logger: silentLogger(), catchUp: async () => "unchanged" });
  const settled: string[] = [];
  const start = (kind: "start" | "startBeside" = "start") =>
    runs[kind]({
      sessionId,
      action: "commit",
      size: SIZE,
      prepare: async () => ({
        steps: [["git", "commit"]],
        settle: async ({ isSuccess, output }) => {
          settled.push(`${isSuccess} ${output}`);
          return isSuccess ? null : "failed";
        },
      }),
    });
  /** What a turn does first: it takes the worktree's lock. */
  const beginTurn = () => {
    const turn = { hasBegun: false, end: () => {}, over: Promise.resolve() };
    turn.over = locks.worktree({ sessionId }, () => {
      turn.hasBegun = true;
      return new Promise((resolve) => (turn.end = resolve));
    });
    return turn;
  };
  return { runs, time, programs, settled, start, beginTurn, find: () => runs.find(sessionId) };
}

it("a git that waits for an answer holds up a turn for half a minute, and its end is settled once the turn is over", async () => {
  const { time, programs, settled, start, beginTurn, find } = await setUp();
  expect(await start()).toMatchObject({ action: "commit", terminalId: "term-1", end: null });
  const turn = beginTurn();
  time.advance(HOLD_MS - 1);
  await nextTurn();
  expect(turn.hasBegun).toBe(false);
  time.advance(1);
  await expect.poll(() => turn.hasBegun).toBe(true);

  // It still runs, visibly, and no second one begins beside it.
  expect(find()).toMatchObject({ end: null });
  await expect(start("startBeside")).rejects.toMatchObject({ fault: { kind: "git_busy", terminalId: "term-1" } });
  programs[0]!(0);
  await nextTurn();
  expect([settled, find()?.end]).toEqual([[], null]);
  turn.end();
  await turn.over;
  await expect.poll(find).toMatchObject({ end: { problem: null } });
  expect(settled).toEqual(["true said"]);
  expect(time.pending).toEqual([]);
});

it("a turn begins as soon as a git has ended and was settled, and one that the daemon leaves running holds up no close", async () => {
  const { runs, programs, settled, start, beginTurn, find } = await setUp();
  await start();
  const turn = beginTurn();
  programs[0]!(1);
  await expect.poll(() => turn.hasBegun).toBe(true);
  expect([settled, find()?.end?.problem]).toEqual([["false said"], "failed"]);
  turn.end();
  await turn.over;

  await start();
  await runs.close();
  expect(settled).toEqual(["false said"]);
});
