import { expect, it } from "vitest";
import type { TaskState } from "../tasks/task.ts";
import { deriveSession, type SessionFacts } from "./derive-session.ts";

/** A task accepted and ended at `place`. */
const task = (state: TaskState, place: number) => ({
  state,
  acceptedSeq: place,
  endedAt: state === "queued" || state === "running" ? null : place,
});

const cases: { name: string; facts: Partial<SessionFacts>; status: string; attention: string }[] = [
  { name: "a new one", facts: {}, status: "idle", attention: "none" },
  { name: "one runs", facts: { tasks: [task("running", 1)] }, status: "running", attention: "none" },
  { name: "one runs and one waits", facts: { tasks: [task("queued", 2), task("running", 1)] }, status: "running", attention: "none" },
  { name: "one waits", facts: { tasks: [task("queued", 1)] }, status: "queued", attention: "none" },
  {
    name: "an open permission while a task runs",
    facts: { tasks: [task("running", 1)], openPermissions: 1 },
    status: "running",
    attention: "needs_you",
  },
  {
    name: "an open permission outranks a failure",
    facts: { tasks: [task("failed", 1)], openPermissions: 1 },
    status: "idle",
    attention: "needs_you",
  },
  {
    name: "a budget holds a prompt",
    facts: { tasks: [task("failed", 1), task("queued", 2)], isHeld: true },
    status: "queued",
    attention: "needs_you",
  },
  { name: "the last failed", facts: { tasks: [task("completed", 1), task("failed", 2)] }, status: "idle", attention: "failed" },
  { name: "the last was interrupted", facts: { tasks: [task("interrupted", 1)] }, status: "idle", attention: "failed" },
  { name: "the failure is not the last", facts: { tasks: [task("completed", 2), task("failed", 1)] }, status: "idle", attention: "none" },
  {
    name: "a failure, but the next one runs",
    facts: { tasks: [task("failed", 1), task("running", 2)] },
    status: "running",
    attention: "none",
  },
  { name: "the last was stopped", facts: { tasks: [task("failed", 1), task("cancelled", 2)] }, status: "idle", attention: "none" },
  { name: "done since the person looked", facts: { tasks: [task("completed", 5)], seenAt: 4 }, status: "idle", attention: "done" },
  { name: "failed since the person looked", facts: { tasks: [task("failed", 5)], seenAt: 4 }, status: "idle", attention: "failed" },
  { name: "stopped since the person looked", facts: { tasks: [task("cancelled", 5)], seenAt: 4 }, status: "idle", attention: "none" },
  {
    name: "of two that ended at the same time, the one accepted last counts as last",
    facts: {
      tasks: [
        { ...task("failed", 5), acceptedSeq: 1 },
        { ...task("completed", 5), acceptedSeq: 2 },
      ],
    },
    status: "idle",
    attention: "none",
  },
  {
    name: "the task that ended last counts, whichever was accepted first",
    facts: {
      tasks: [
        { ...task("failed", 9), acceptedSeq: 1 },
        { ...task("completed", 5), acceptedSeq: 2 },
      ],
    },
    status: "idle",
    attention: "failed",
  },
  { name: "done, and seen", facts: { tasks: [task("completed", 5)], seenAt: 5 }, status: "idle", attention: "none" },
  { name: "done, and viewing is not tracked", facts: { tasks: [task("completed", 5)] }, status: "idle", attention: "none" },
];

it.each(cases)("$name: $status, $attention", ({ facts, status, attention }) => {
  expect(deriveSession({ tasks: [], openPermissions: 0, isHeld: false, seenAt: null, ...facts })).toEqual({ status, attention });
});
