import { PLAN_PROMPT, REVIEW_PROMPT, SUB_TASK_PROMPT, SYSTEM_PROMPT } from "../system-prompt.ts";
import { ALL_TOOLS } from "./all-tools.ts";
import type { NativeTool } from "./tool.ts";
import type { ToolPlace } from "./folder/tool-place.ts";

/** What the model is given to work with. The same for the same mode. */
export interface Toolbox {
  tools: readonly NativeTool[];
  isInReview: boolean;
  instructions: string;
}

const ADDED = { auto: "", review: `\n${REVIEW_PROMPT}`, plan: `\n${PLAN_PROMPT}` };

function makeToolbox(mode: ToolPlace["mode"], isSubTask: boolean): Toolbox {
  const tools = ALL_TOOLS.filter(({ access }) => (access === "turn" ? !isSubTask : access === "read" || mode !== "plan"));
  return {
    tools,
    isInReview: mode === "review",
    instructions: `${SYSTEM_PROMPT}${ADDED[mode]}${isSubTask ? `\n${SUB_TASK_PROMPT}` : ""}`,
  };
}

const makeToolboxes = (isSubTask: boolean): Record<ToolPlace["mode"], Toolbox> => ({
  auto: makeToolbox("auto", isSubTask),
  review: makeToolbox("review", isSubTask),
  plan: makeToolbox("plan", isSubTask),
});

/** The tools of a mode, with its instructions. Plan mode has no tool that changes anything. */
export const TOOLBOXES = makeToolboxes(false);

/** The same for sub-tasks, which have no plan and no sub-tasks of their own. */
export const SUB_TASK_TOOLBOXES = makeToolboxes(true);
