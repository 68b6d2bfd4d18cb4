import { z } from "zod";
import type { TurnTool } from "./tool.ts";

const MAX_ITEMS = 50;

const TodoInput = z.object({
  items: z
    .array(z.object({ text: z.string().min(1).max(300), status: z.enum(["pending", "running", "done"]) }))
    .max(MAX_ITEMS)
    .describe("The whole list, in order; it replaces the last one"),
});

/** Keeps the list that the person sees as the turn's plan. Its calls have no card of their own. */
export const todoTool: TurnTool<z.infer<typeof TodoInput>> = {
  name: "todo",
  access: "turn",
  isSilent: true,
  kind: "other",
  description:
    "Shows the person a list of what you are going to do and how far you are. Use it for work with three steps or more, and call it again whenever a step begins or is done.",
  input: TodoInput,
  describe: () => ({ title: "Update the list", paths: [] }),
  async run({ items }, { turn }) {
    await turn.showPlan(items);
    const done = items.filter(({ status }) => status === "done").length;
    return { forModel: `The list is shown: ${done} of ${items.length} done.`, result: {} };
  },
};
