import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../test/task-rig.ts";
import { stopSession } from "./stop-session.ts";

const stop = (rig: Rig, cancelsTasks: boolean) => stopSession({ ...rig, time: rig.time }, rig.session, cancelsTasks);
const started = (rig: Rig, taskId: string) => rig.waitFor(({ body, taskId: id }) => body.type === "task.started" && id === taskId);

it("stops the turn and what waits behind it, and closes the agents", async () => {
  await using rig = await createRig({ script: () => [{ do: "never" }] });
  const running = await rig.send();
  await started(rig, running.taskId);
  const waiting = await rig.send();
  expect(await stop(rig, true)).toEqual([]);
  expect(await listOpenTasks(rig.db.read, rig.session)).toEqual([]);
  expect((await rig.ended(waiting.taskId)).body).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect([rig.pool.size, rig.backend.conversations.map(({ isClosed }) => isClosed)]).toEqual([0, [true]]);
  // The one that waited never reached the agent.
  expect(rig.backend.prompts).toHaveLength(1);
});

it("stops nothing where a task is open that nobody has agreed to stop", async () => {
  await using rig = await createRig({ script: () => [{ do: "never" }] });
  const { taskId } = await rig.send();
  await started(rig, taskId);
  expect(await stop(rig, false)).toEqual([]);
  expect(await listOpenTasks(rig.db.read, rig.session)).toMatchObject([{ id: taskId, state: "running", stopRequestedAt: null }]);
  expect(rig.backend.conversations.map(({ isClosed }) => isClosed)).toEqual([false]);
});

it("T2: waits no longer than a few seconds for an agent that does not listen", async () => {
  await using rig = await createRig({ script: () => ({ steps: [{ do: "never" }], ignoresCancel: true }) });
  const { taskId } = await rig.send();
  await started(rig, taskId);
  let left: unknown = null;
  const stopping = stop(rig, true).then((found) => (left = found));
  while (left === null) {
    rig.time.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await stopping;
  expect(left).toEqual([]);
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "cancelled" });
});
