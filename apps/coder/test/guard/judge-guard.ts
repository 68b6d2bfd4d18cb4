import { rm } from "node:fs/promises";
import { forgetWritten } from "@boocode/testkit/faults/fault-scene";
import { systemTime } from "../../src/platform/time.ts";
import { createGuardRig, type GuardCase, type GuardRig } from "../../src/worktrees/removal/guard-fixture.ts";
import { carryOut, type GuardPlan } from "./guard-moves.ts";
import { findLosses } from "./guard-oracle.ts";

export interface GuardResult {
  judged: number;
  /** How many the guard called safe, and how many really were. */
  calledSafe: number;
  areSafe: number;
  /** Called safe although something would be lost, or although the guard could not look. */
  falseSafe: string[];
  /** Not called safe although nothing would be lost and the guard could look. */
  falseUnsafe: string[];
}

/** How many repositories are judged at once. */
const AT_ONCE = 3;

/** Makes a repository for each plan, and compares the guard's verdict with the oracle's. */
export async function judgeGuard(plans: readonly GuardPlan[]): Promise<GuardResult> {
  await using rig = await createGuardRig();
  const result: GuardResult = { judged: 0, calledSafe: 0, areSafe: 0, falseSafe: [], falseUnsafe: [] };
  const waiting = [...plans];
  const work = async () => {
    let at = await rig.make();
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      await judge(rig, at, plan, result);
      // The next repository takes the place of this one.
      forgetWritten(at.root);
      if (await at.renew()) continue;
      await rm(at.root, { recursive: true, force: true });
      at = await rig.make();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return result;
}

async function judge(rig: GuardRig, at: GuardCase, { moves, isOccupied, inspection }: GuardPlan, result: GuardResult): Promise<void> {
  await carryOut(at, moves);
  const git = inspection.kind === "fails" ? rig.failing(inspection.command) : null;
  const { report } = await at.look({
    ...(git && { git: git.git }),
    ...(isOccupied && { listProcesses: async () => [{ pid: 7, name: "vite" }] }),
    ...(inspection.kind === "times_out" && { time: { ...systemTime, elapsedMs: hurry() } }),
  });
  // Looked at second: the guard must not have changed anything.
  const losses = [...(await findLosses(at)), ...(isOccupied ? ["a program runs"] : [])];
  const couldLook = inspection.kind === "works" || (git !== null && git.failed() === 0);
  const isSafe = report.verdict === "safe";
  const told = `${moves.join(" ") || "nothing"} (${inspection.kind}): called ${report.verdict}, ${losses.join("; ") || "nothing would be lost"}`;
  result.judged++;
  if (isSafe) result.calledSafe++;
  if (losses.length === 0 && couldLook) result.areSafe++;
  if (isSafe && (losses.length > 0 || !couldLook)) result.falseSafe.push(told);
  if (!isSafe && losses.length === 0 && couldLook) result.falseUnsafe.push(`${told} ${JSON.stringify(report)}`);
}

/** A clock on which every look takes a second more than all before. */
function hurry(): () => number {
  let seconds = 0;
  return () => (seconds += 4_000);
}
