import { expect, it } from "vitest";
import { offerPlan } from "./offer-plan.ts";

const modes = (...ids: string[]) => ({ available: true, modes: ids.map((id) => ({ id, label: id.toUpperCase(), description: "" })) });
const native = modes("auto", "review", "plan");
const done = { state: "completed" as const };

it.each([
  ["a plan of the native agent", { mode: "plan" }, done, native, ["auto: Do it", "review: Do it in REVIEW"]],
  ["a plan of an agent without review", { mode: "plan" }, done, modes("auto", "plan", "yolo"), ["auto: Do it"]],
  ["an agent whose first mode is plan", { mode: "plan" }, done, modes("plan", "default"), ["default: Do it"]],
  ["an agent that only plans", { mode: "plan" }, done, modes("plan"), []],
  ["no plan", { mode: "auto" }, done, native, []],
  ["a plan that failed", { mode: "plan" }, { state: "failed" as const }, native, []],
  ["an agent that is gone", { mode: "plan" }, done, { ...native, available: false }, []],
  ["nothing is known", undefined, done, undefined, []],
])("%s", (_, prompt, end, agent, offers) => {
  expect(offerPlan(prompt, end, agent).map(({ mode, label }) => `${mode}: ${label}`)).toEqual(offers);
});
