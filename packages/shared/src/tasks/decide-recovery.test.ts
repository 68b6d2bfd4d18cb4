import { expect, it } from "vitest";
import { buildTask } from "../testing/build.ts";
import { decideRecovery } from "./decide-recovery.ts";

const interrupted = { taskId: "task-1", state: "interrupted", cause: "daemon_restart" };
const cancelled = { taskId: "task-1", state: "cancelled", cause: "stopped_by_person" };

it.each([
  { name: "queued stays queued", task: buildTask(), interrupt: [], keepQueued: ["task-1"] },
  { name: "running is interrupted", task: buildTask({ state: "running", startedAt: 2 }), interrupt: [interrupted], keepQueued: [] },
  {
    name: "running with a stop asked for is cancelled",
    task: buildTask({ state: "running", startedAt: 2, stopRequestedAt: 3 }),
    interrupt: [cancelled],
    keepQueued: [],
  },
  { name: "completed is left alone", task: buildTask({ state: "completed" }), interrupt: [], keepQueued: [] },
  { name: "interrupted is left alone", task: buildTask({ state: "interrupted" }), interrupt: [], keepQueued: [] },
])("T4: $name", ({ task, interrupt, keepQueued }) => {
  expect(decideRecovery([task])).toEqual({ interrupt, keepQueued });
});

it("T4: covers every task, in the order given", () => {
  const states = ["queued", "running", "queued", "running"] as const;
  const tasks = states.map((state, n) => buildTask({ id: `t${n}` as never, state }));
  const { interrupt, keepQueued } = decideRecovery(tasks);
  expect(interrupt.map(({ taskId }) => taskId)).toEqual(["t1", "t3"]);
  expect(keepQueued).toEqual(["t0", "t2"]);
});
