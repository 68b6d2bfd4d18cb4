import type { Agent } from "./agent.ts";

/** BooCode's own agent, the only one whose edits BooCode itself carries out. */
export const NATIVE_AGENT = "boocode";

/** The mode in which the native agent's edits are staged instead of written to the worktree. */
export const REVIEW_MODE: Agent["modes"][number] = {
  id: "review",
  label: "Review",
  description: "Edits wait for you and are not written to disk. Commands still run in the worktree, without these edits.",
};

/** Whether an agent in a mode sees staged edits and stages its own. */
export function worksStaged(agent: string, mode: string): boolean {
  return agent === NATIVE_AGENT && mode === REVIEW_MODE.id;
}

/** The mode in which the native agent only reads. */
export const PLAN_MODE: Agent["modes"][number] = {
  id: "plan",
  label: "Plan",
  description: "Reads and answers with a plan. Edits nothing and runs nothing.",
};

/** The mode in which the native agent writes and runs at once. An empty mode means it, too. */
const AUTO = "auto";

/** Whether the native agent has such a mode. Ids are exact: another agent's mode, or another spelling, is none of its own. */
export function isNativeMode(mode: string): boolean {
  return mode === "" || mode === AUTO || mode === REVIEW_MODE.id || mode === PLAN_MODE.id;
}

/**
 * Whether an agent in a mode can change nothing because BooCode gives it no way to. A mode that the native agent does not have counts as
 * one that only reads: whoever asked for it may have meant just that.
 */
export function plansOnly(agent: string, mode: string): boolean {
  return agent === NATIVE_AGENT && (mode === PLAN_MODE.id || !isNativeMode(mode));
}
