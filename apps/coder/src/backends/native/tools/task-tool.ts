import { cutText } from "@boocode/shared/text/cut-text";
import { z } from "zod";
import type { TurnTool } from "./tool.ts";

const MAX_PROMPT_CHARACTERS = 20_000;

const TaskInput = z.object({
  title: z.string().min(1).max(200).describe("What it is about, in a few words"),
  prompt: z
    .string()
    .min(1)
    .max(MAX_PROMPT_CHARACTERS)
    .describe("Everything that is needed to do it: the sub-task sees nothing of this chat"),
});

/** Has a part of the work done in a context of its own. */
export const taskTool: TurnTool<z.infer<typeof TaskInput>> = {
  name: "task",
  access: "turn",
  kind: "other",
  description:
    "Gives a part of the work to a second agent with the same tools and a context of its own, and returns its answer. Use it for a search over many files, or for a piece of work that can be described completely. It cannot give parts of it away itself.",
  input: TaskInput,
  describe: ({ title }) => ({ title: `Sub-task: ${cutText(title.replace(/\s+/g, " "), 200)}`, paths: [] }),
  run: ({ prompt }, { callId, turn }) => turn.runSubTask(callId, prompt),
};
