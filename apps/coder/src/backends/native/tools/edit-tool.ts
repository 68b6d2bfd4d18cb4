import type { ToolResult } from "@boocode/shared/agents/agent-event";
import { z } from "zod";
import { countPatch, makePatch } from "./make-patch.ts";
import { MAX_TEXT_BYTES, readTextFile } from "./text-file.ts";
import { ToolRefused, type NativeTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./tool-paths.ts";

const MAX_PATCH_CHARACTERS = 64 * 1024;

const EditInput = z.object({
  path: z.string().describe("File, relative to the project"),
  oldText: z.string().min(1).describe("The exact text in the file, with enough context to occur only once"),
  newText: z.string().describe("The text that replaces it"),
  replaceAll: z.boolean().default(false).describe("Replace every occurrence"),
});

export const editTool: NativeTool<z.infer<typeof EditInput>> = {
  name: "edit",
  kind: "edit",
  description: "Replaces a piece of text in a file. Line ends of the file are kept.",
  input: EditInput,
  describe: ({ path }, root) => ({ title: `Edit ${toShownPath(root, path)}`, paths: toNamedPaths(root, [path]) }),
  async run({ path, oldText, newText, replaceAll }, { folder }) {
    const file = await readTextFile(folder, path);
    if (!file.isWhole) throw new ToolRefused(`“${path}” is larger than ${MAX_TEXT_BYTES / 1024 / 1024} MB; it cannot be edited`);
    const [find, put] = file.text.includes(oldText) ? [oldText, newText] : withLineEndsOf(file.text, oldText, newText);
    const occurrences = file.text.split(find).length - 1;
    if (occurrences === 0) throw new ToolRefused(`oldText does not occur in “${path}”. Read the file and give its exact text`);
    if (occurrences > 1 && !replaceAll) {
      throw new ToolRefused(`oldText occurs ${occurrences} times in “${path}”. Give more context, or set replaceAll`);
    }
    // Use split and join, because `replace` would interpret `$&` in the new text.
    const text = file.text.split(find).join(put);
    if (text === file.text) throw new ToolRefused("oldText and newText are the same; nothing was changed");
    await folder.writeFile(path, `${file.hasByteOrderMark ? "\uFEFF" : ""}${text}`);
    const patch = makePatch(file.path, file.text, text);
    const { additions, deletions } = countPatch(patch);
    return {
      forModel: `Edited ${file.path}: ${additions} lines added, ${deletions} removed.`,
      result: toPatchResult(patch),
      paths: [file.path],
    };
  },
};

/** Converts `\n` in the model's texts to `\r\n` if the file uses `\r\n` throughout. */
function withLineEndsOf(text: string, oldText: string, newText: string): [string, string] {
  if (!text.includes("\r\n")) return [oldText, newText];
  const convert = (part: string) => part.replace(/\r?\n/g, "\r\n");
  return [convert(oldText), convert(newText)];
}

/** Returns a patch for the card, or none if it is too long: a cut patch cannot be displayed. */
export function toPatchResult(patch: string): ToolResult {
  if (patch === "") return {};
  return patch.length <= MAX_PATCH_CHARACTERS ? { patch } : { output: "The change is too large to be shown here." };
}
