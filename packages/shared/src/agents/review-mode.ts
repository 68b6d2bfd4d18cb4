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
