import { rm } from "node:fs/promises";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { Barrier } from "@boocode/testkit/barrier";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createRig } from "../../../test/task-rig.ts";
import type { WorktreeGuard } from "./run-ports.ts";

/** A guard whose answers and events are the test's. */
function createGuard(trusted: boolean[]): WorktreeGuard & { lose(): void; watching: number } {
  let lose = () => {};
  const guard = {
    watching: 0,
    lose: () => lose(),
    prepare: async () => ({ projectTrusted: trusted.shift() ?? false }),
    watch: (_: unknown, onGone: () => void) => {
      lose = onGone;
      guard.watching += 1;
      return () => void (guard.watching -= 1);
    },
  };
  return guard;
}

it("S10 tells an agent whether the repository is trusted, and opens another conversation when that changes", async () => {
  const guard = createGuard([false, false, true]);
  await using rig = await createRig({ guard, script: () => [{ do: "say", text: "done" }] });
  const chatId = await rig.addChat();
  for (let turn = 0; turn < 3; turn++) await rig.ended((await rig.send({ chatId })).taskId);
  await rig.dispatcher.settle();
  expect(rig.backend.conversations.map(({ opened }) => opened.projectTrusted)).toEqual([false, true]);
  expect(guard.watching).toBe(0);
});

it("S10 a backend that cannot start without the repository's configuration ends the task with that cause", async () => {
  const refusal = new DomainError({ kind: "project_not_trusted", agent: "boocode" });
  await using rig = await createRig({ script: () => [], openError: () => refusal });
  const { body } = await rig.ended((await rig.send()).taskId);
  expect(body).toMatchObject({ state: "failed", cause: "project_not_trusted" });
});

it("W12 a worktree that vanishes under a turn interrupts it; its agent is not used again", async () => {
  await using repository = await createRepository();
  const guard = createGuard([]);
  await using rig = await createRig({
    guard,
    repository: repository.path,
    script: () => [{ do: "say", text: "working" }, { do: "never" }],
  });
  const { taskId, chatId } = await rig.send();
  await rig.waitFor(({ body }) => body.type === "text.delta");
  const worktree = (await findLiveWorktree(rig.db.read, rig.session))!;
  await rm(worktree.path, { recursive: true });
  guard.lose();
  const { body } = await rig.ended(taskId);
  expect(body).toMatchObject({ state: "interrupted", cause: "worktree_gone", evidence: { message: expect.stringContaining("folder") } });
  await rig.dispatcher.settle();
  expect(rig.backend.conversations).toMatchObject([{ isClosed: true }]);
  expect(await rig.tasks.list({ chatId, limit: 10 })).toMatchObject([{ state: "interrupted" }]);
});

it("looks at a repository and holds its worktree side by side, and opens the agent when both are done", async () => {
  const looking = new Barrier();
  const order: string[] = [];
  await using rig = await createRig({
    script: () => [],
    worktrees: (plain) => ({
      ensure: async (sessionId) => ({ ...(await plain.ensure(sessionId)), setUpAt: 1 }),
      checkpoint: async (worktree, input) => {
        order.push(`checkpoint ${input.when}`);
        if (input.when === "before") looking.open();
        return plain.checkpoint(worktree, input);
      },
    }),
    guard: {
      // Answers only once the checkpoint has begun: one after the other, it would never.
      prepare: async () => {
        order.push("look");
        await looking.pass();
        order.push("looked");
        return { projectTrusted: true };
      },
      watch: () => () => {},
    },
  });
  const { taskId } = await rig.send();
  expect(await rig.ended(taskId)).toMatchObject({ body: { state: "completed" } });
  expect(order.slice(0, 3).toSorted()).toEqual(["checkpoint before", "look", "looked"]);
});

it("a setup that is due comes before the checkpoint", async () => {
  const order: string[] = [];
  await using rig = await createRig({
    script: () => [],
    worktrees: (plain) => ({
      ensure: async (sessionId) => ({ ...(await plain.ensure(sessionId)), setUpAt: null }),
      checkpoint: async (worktree, input) => {
        order.push(`checkpoint ${input.when}`);
        return plain.checkpoint(worktree, input);
      },
    }),
    guard: {
      prepare: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push("set up");
        return { projectTrusted: true };
      },
      watch: () => () => {},
    },
  });
  const { taskId } = await rig.send();
  await rig.ended(taskId);
  expect(order.slice(0, 2)).toEqual(["set up", "checkpoint before"]);
});
