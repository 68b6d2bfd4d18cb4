import { expect } from "vitest";
import type { DaemonAddress, DaemonProcess, TestHome } from "../start-test-daemon.ts";

/** Starts several daemons at once on one data directory. Exactly one serves; the others leave with 3 and say who it is. */
export async function contend(home: TestHome, count: number): Promise<{ winner: DaemonProcess; daemon: DaemonAddress }> {
  const contenders = Array.from({ length: count }, () => home.spawn());
  const daemon = await Promise.any(contenders.map((contender) => contender.ready()));
  const winner = contenders.find(({ stdout }) => stdout.includes(daemon.address))!;
  const losers = contenders.filter((contender) => contender !== winner);
  expect(await Promise.all(losers.map(({ exited }) => exited))).toEqual(losers.map(() => 3));
  const held = `BooCode already runs on ${home.dataDir}: process ${winner.child.pid}`;
  for (const { stdout, stderr } of losers) {
    expect(stdout).toBe("");
    // Who loses before the winner listens can be told only who it is.
    expect([`${held} at ${daemon.address}.`, `${held}, which is starting.`]).toContain(stderr.trim());
  }
  return { winner, daemon };
}
