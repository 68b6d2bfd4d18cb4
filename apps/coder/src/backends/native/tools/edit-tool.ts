import type { ToolResult } from "@boocode/shared/agents/agent-event";
import { decideTextEdit, type TextEditDecision } from "@boocode/shared/models/edits/decide-text-edit";
import { cutMiddle } from "@boocode/shared/models/fit-history";
import { z } from "zod";
import { countPatch, makePatch } from "./make-patch.ts";
import { MAX_TEXT_BYTES, readTextFile } from "./folder/text-file.ts";
import { ToolRefused, type ChangingTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const MAX_PATCH_CHARACTERS = 64 * 1024;
const MAX_REPLACED_CHARACTERS = 4_000;

const EditInput = z.object({
  path: z.string().describe("File, relative to the project"),
  oldText: z.string().min(1).describe("The exact text in the file, with enough context to occur only once"),
  newText: z.string().describe("The text that replaces it"),
  replaceAll: z.boolean().default(false).describe("Replace every occurrence"),
});

export const editTool: ChangingTool<z.infer<typeof EditInput>> = {
  name: "edit",
  access: "change",
  kind: "edit",
  description: "Replaces a piece of text in a file. Line ends of the file are kept.",
  input: EditInput,
  describe: ({ path }, root) => ({ title: `Edit ${toShownPath(root, path)}`, paths: toNamedPaths(root, [path]) }),
  async run({ path, oldText, newText, replaceAll }, { folder }) {
    const file = await readTextFile(folder, path);
    if (!file.isWhole) throw new ToolRefused(`“${path}” is larger than ${MAX_TEXT_BYTES / 1024 / 1024} MB; it cannot be edited`);
    const decision = decideTextEdit(file.text, { oldText, newText, replaceAll });
    if (decision.kind !== "edit") throw new ToolRefused(explainRefusal(decision, path));
    const { text } = decision;
    await folder.writeFile(path, `${file.hasByteOrderMark ? "\uFEFF" : ""}${text}`);
    const patch = makePatch(file.path, file.text, text);
    const { additions, deletions } = countPatch(patch);
    const note = describeMatch(decision);
    return {
      forModel: [`Edited ${file.path}: ${additions} lines added, ${deletions} removed.`, ...(note ? [note] : [])].join(" "),
      result: { ...toPatchResult(patch), ...(note ? { output: note } : {}) },
      paths: [file.path],
    };
  },
};

function explainRefusal(decision: Exclude<TextEditDecision, { kind: "edit" }>, path: string): string {
  if (decision.kind === "unchanged") return "oldText and newText are the same; nothing was changed";
  if (decision.kind === "ambiguous") {
    const { by, places, lines } = decision;
    const where = `at lines ${lines.join(", ")}${places > lines.length ? " and more" : ""}`;
    if (by === "exact") return `oldText occurs ${places} times in “${path}”, ${where}. Give more context, or set replaceAll`;
    return `oldText does not occur in “${path}” exactly. Without regard to white space it occurs ${places} times, ${where}. Read the file and give its exact text`;
  }
  const closest = decision.closest === "" ? "" : `. The closest lines are:\n${decision.closest}\n`;
  return `oldText does not occur in “${path}”${closest}${closest === "" ? ". " : ""}Read the file and give its exact text`;
}

/** What the model is told of a match that was not exact; null if it was. */
function describeMatch({ by, replaced, firstLine }: Extract<TextEditDecision, { kind: "edit" }>): string | null {
  if (by === "exact") return null;
  if (by === "whitespace") return `oldText was found at line ${firstLine} only without regard to white space.`;
  return `oldText was found from line ${firstLine} only without regard to white space and blank lines. What was replaced is:\n${cutMiddle(replaced, MAX_REPLACED_CHARACTERS)}`;
}

/** Returns a patch for the card, or none if it is too long: a cut patch cannot be displayed. */
export function toPatchResult(patch: string): ToolResult {
  if (patch === "") return {};
  return patch.length <= MAX_PATCH_CHARACTERS ? { patch } : { output: "The change is too large to be shown here." };
}
