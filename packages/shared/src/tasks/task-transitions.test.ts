import { describe, expect, it } from "vitest";
import { buildTask } from "../testing/build.ts";
import { applyTaskTransition, hasEnded, type TaskTransition } from "./task-transitions.ts";
import type { Task, TaskEndState, TaskState } from "./task.ts";

const at = 5_000;
const end = (state: TaskEndState): TaskTransition => ({ type: "end", at, state, cause: null });
const ENDS = ["completed", "failed", "cancelled", "interrupted"] as const satisfies TaskEndState[];

const tasks: Record<TaskState, Task> = {
  queued: buildTask(),
  running: buildTask({ state: "running", startedAt: 2_000 }),
  completed: buildTask({ state: "completed", startedAt: 2_000, endedAt: 3_000 }),
  failed: buildTask({ state: "failed", cause: "agent_error", startedAt: 2_000, endedAt: 3_000 }),
  cancelled: buildTask({ state: "cancelled", cause: "stopped_by_person", endedAt: 3_000 }),
  interrupted: buildTask({ state: "interrupted", cause: "daemon_restart", startedAt: 2_000, endedAt: 3_000 }),
};
const transitions: Record<string, TaskTransition> = {
  start: { type: "start", at },
  request_stop: { type: "request_stop", at },
  ...Object.fromEntries(ENDS.map((state) => [`end ${state}`, end(state)])),
};

/** The expected result per state: the new state, `same` for the same object, or the fault. */
const table: Record<TaskState, Record<keyof typeof transitions, string>> = {
  queued: {
    start: "running",
    request_stop: "cancelled",
    "end completed": "invalid_input",
    "end failed": "failed",
    "end cancelled": "cancelled",
    "end interrupted": "invalid_input",
  },
  running: {
    start: "task_not_queued",
    request_stop: "running",
    "end completed": "completed",
    "end failed": "failed",
    "end cancelled": "cancelled",
    "end interrupted": "interrupted",
  },
  completed: allSame(),
  failed: allSame(),
  cancelled: allSame(),
  interrupted: allSame(),
};

/** T1: an ended task never changes again. */
function allSame(): Record<string, string> {
  return { start: "task_not_queued", request_stop: "same", ...Object.fromEntries(ENDS.map((state) => [`end ${state}`, "same"])) };
}

const cases = Object.entries(table).flatMap(([from, row]) =>
  Object.entries(row).map(([what, to]) => ({ from: from as TaskState, what, to })),
);

it.each(cases)("T1: $from, $what: $to", ({ from, what, to }) => {
  const result = applyTaskTransition(tasks[from], transitions[what]!);
  const outcome = result.kind === "refuse" ? result.fault.kind : result === tasks[from] ? "same" : result.state;
  expect(outcome).toBe(to);
});

describe("the fields a transition writes", () => {
  it("a start: the time", () => {
    expect(applyTaskTransition(tasks.queued, transitions["start"]!)).toEqual({ ...tasks.queued, state: "running", startedAt: at });
  });

  it("a stop of a queued task: stopped by the person, never started", () => {
    expect(applyTaskTransition(tasks.queued, transitions["request_stop"]!)).toEqual({
      ...tasks.queued,
      state: "cancelled",
      cause: "stopped_by_person",
      endedAt: at,
    });
  });

  it("T2: a stop of a running task: the time of the first request", () => {
    const asked = applyTaskTransition(tasks.running, { type: "request_stop", at });
    expect(asked).toEqual({ ...tasks.running, stopRequestedAt: at });
    expect(applyTaskTransition(asked as Task, { type: "request_stop", at: at + 1 })).toBe(asked);
  });

  it("an end: state, cause and model, and no pending stop request", () => {
    const stopping = { ...tasks.running, stopRequestedAt: 4_000 };
    const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: null, cost: null, contextUsed: null, contextSize: null };
    const evidence = { exitCode: 1 };
    expect(applyTaskTransition(stopping, { type: "end", at, state: "failed", cause: "agent_exit", evidence, usage, model: "m-1" })).toEqual(
      {
        ...tasks.running,
        state: "failed",
        cause: "agent_exit",
        evidence,
        usage,
        model: "m-1",
        stopRequestedAt: null,
        endedAt: at,
      },
    );
  });
});

it.each(Object.entries(tasks))("%s has ended or not", (state, task) => {
  expect(hasEnded(task)).toBe(state !== "queued" && state !== "running");
});
