import { expect, it } from "vitest";
import { repairWorktree } from "../worktrees/upkeep/worktree-repair.ts";
import { createTurns } from "./turns-fixture.ts";

it("checkpoints, captures and repairs wait for whoever holds the worktree, and go in the order asked", async () => {
  await using setup = await createTurns();
  const { sessionId, otherSessionId, worktrees, pending } = setup;
  await setup.turn("qwen", async () => {});
  const order: string[] = [];
  const note = (name: string, work: Promise<unknown>) => work.then(() => order.push(name));
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const holding = setup.locks.worktree({ sessionId }, () => note("held", gate));
  const waiting = [
    note("refresh", pending.refresh(sessionId)),
    note("capture", setup.capture(sessionId)),
    note("repair", repairWorktree({ ...setup, installId: "install-1", time: { now: () => 0 } }, { sessionId, from: "folder" })),
  ];
  // Another's is nobody's concern; making it takes longer than any of the above.
  await worktrees.ensure(otherSessionId);
  expect(order).toEqual([]);
  open();
  await Promise.all([holding, ...waiting]);
  expect(order[0]).toBe("held");
  expect(order.toSorted()).toEqual(["capture", "held", "refresh", "repair"]);
});
