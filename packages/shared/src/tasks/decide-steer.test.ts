import { expect, it } from "vitest";
import { TaskId } from "../ids.ts";
import { buildTask } from "../testing/build.ts";
import { decideSteer, mayTake } from "./decide-steer.ts";

const taskId = TaskId.parse("turn");
const turn = (state: ReturnType<typeof buildTask>["state"]) => buildTask({ id: taskId, state });

it.each([
  ["unknown", null, true, "task_not_found"],
  ["running", turn("running"), true, "give"],
  ["running, of an agent that takes no words", turn("running"), false, "steer_unsupported"],
  ["not begun", turn("queued"), false, "steer_unsupported"],
  ["over", turn("completed"), true, "queue"],
  ["over, of an agent that takes no words", turn("cancelled"), false, "queue"],
] as const)("words for a turn that is %s", (_, task, canSteer, expected) => {
  const decision = decideSteer({ task, canSteer }, taskId);
  expect(decision.kind === "refuse" ? decision.fault.kind : decision.kind).toBe(expected);
});

const words = buildTask({ id: TaskId.parse("words"), steers: taskId });
it.each([
  ["both are what they were", words, turn("running"), true],
  ["the turn is over", words, turn("completed"), false],
  ["the turn is gone", words, null, false],
  ["the words were removed", { ...words, state: "cancelled" as const }, turn("running"), false],
  ["the words are gone", null, turn("running"), false],
  ["the words were made a prompt", { ...words, steers: null }, turn("running"), false],
  ["the words are for another turn", { ...words, steers: TaskId.parse("other") }, turn("running"), false],
])("words are taken if %s", (_, waiting, running, expected) => {
  expect(mayTake(waiting, running)).toBe(expected);
});
