import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertTask, updateTask } from "@boocode/db/stores/chats/task-store";
import { ChatId, PromptId, TaskId } from "@boocode/shared/ids";
import { buildTask } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import type { Locks } from "../../platform/locks.ts";
import { describeGit } from "../../worktrees/removal/trash-fixture.ts";
import { createDeletionSetup, faultOf, UNFORCED } from "./deletion-fixture.ts";

it("W4: an agent that writes all the time is stopped first, and what is there then is shown once more", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, db } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const ids = { id: TaskId.parse("running"), promptId: PromptId.parse("r"), chatId: ChatId.parse("chat-1") };
  await db.write("full", (tx) => insertTask(tx, buildTask({ ...ids, sessionId, state: "running" })));
  let stops = 0;
  const { deletion } = setup.open({
    onStop: async () => {
      stops += 1;
      await db.write("full", (tx) => updateTask(tx, ids.id, { state: "cancelled", endedAt: 5 }));
    },
  });
  const consentOf = (fault: Awaited<ReturnType<typeof faultOf>>) => (fault !== null && "consent" in fault ? fault.consent : null);
  const shown = await faultOf(deletion.delete(sessionId, UNFORCED));
  expect([shown, stops]).toMatchObject([{ reports: [{ runningTasks: 1 }] }, 0]);
  await writeFile(join(path, "more.txt"), "it goes on\n");
  const again = await faultOf(deletion.delete(sessionId, { force: true, consent: consentOf(shown) }));
  expect([again, stops]).toMatchObject([{ reports: [{ runningTasks: 0, untrackedFiles: ["more.txt"] }] }, 1]);
  // Where nothing runs, an outdated consent stops nothing.
  await writeFile(join(path, "more.txt"), "by the person\n");
  const third = await faultOf(deletion.delete(sessionId, { force: true, consent: consentOf(again) }));
  expect([third?.kind, stops]).toEqual(["work_at_risk", 1]);
  expect(await deletion.delete(sessionId, { force: true, consent: consentOf(third) })).toMatchObject({ trashId: expect.any(String) });
});

it("W4: what was applied is durable before anything moves, and under the locks nobody applies more", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId, repository } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  const steps: string[] = [];
  const settling = Promise.withResolvers<Locks>();
  const others = settling.promise.then((locks) => locks.worktree({ sessionId }, async () => steps.push("somebody else")));
  const { deletion } = setup.open({
    failpoint: (name) => void (["delete.stopped", "delete.pinned", "delete.done"].includes(name) && steps.push(name)),
    onSettleEdits: async (locks) => {
      settling.resolve(locks);
      // As many gits as a deletion starts that does not wait.
      for (let look = 0; look < 20; look++) await describeGit(repository.path, path).catch(() => {});
      steps.push(`still there: ${existsSync(path)}`);
      steps.push("durable");
    },
  });
  await deletion.delete(sessionId, UNFORCED);
  await others;
  expect(steps).toEqual(["delete.stopped", "still there: true", "durable", "delete.pinned", "delete.done", "somebody else"]);
});
