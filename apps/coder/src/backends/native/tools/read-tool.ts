import { cutText } from "@boocode/shared/text/cut-text";
import { z } from "zod";
import { readTextFile } from "./folder/text-file.ts";
import { ToolRefused, type ReadingTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const MAX_LINES = 2_000;
const MAX_CHARACTERS = 256 * 1024;
/** The limit of the text on the card; the file itself is one click away. */
const MAX_CARD_CHARACTERS = 16 * 1024;

const ReadInput = z.object({
  path: z.string().describe("File, relative to the project"),
  firstLine: z.number().int().min(1).optional().describe("First line to read, counted from 1"),
  lineCount: z.number().int().min(1).max(MAX_LINES).optional(),
});

export const readTool: ReadingTool<z.infer<typeof ReadInput>> = {
  name: "read",
  access: "read",
  kind: "read",
  description: `Reads a text file. At most ${MAX_LINES} lines or 256 KB at a time; a note at the end says when there is more.`,
  input: ReadInput,
  describe: ({ path }, root) => ({ title: `Read ${toShownPath(root, path)}`, paths: toNamedPaths(root, [path]) }),
  async run({ path, firstLine = 1, lineCount = MAX_LINES }, { folder }) {
    const file = await readTextFile(folder, path);
    if (file.text === "") return { forModel: "(The file is empty.)", result: { output: "" } };
    const lines = file.text.split("\n");
    const hasLastNewline = lines.at(-1) === "";
    const total = lines.length - (hasLastNewline ? 1 : 0);
    if (firstLine > total) throw new ToolRefused(`“${path}” has only ${total} lines`);
    let last = Math.min(total, firstLine - 1 + lineCount);
    let text = lines.slice(firstLine - 1, last).join("\n");
    while (text.length > MAX_CHARACTERS && last > firstLine) {
      last = firstLine - 1 + Math.max(1, Math.floor((last - firstLine + 1) / 2));
      text = lines.slice(firstLine - 1, last).join("\n");
    }
    const isLineCut = text.length > MAX_CHARACTERS;
    if (isLineCut) text = cutText(text, MAX_CHARACTERS);
    const reachesEnd = last === total && !isLineCut && file.isWhole;
    if (reachesEnd && hasLastNewline) text += "\n";
    const isAll = reachesEnd && firstLine === 1;
    const more = isLineCut ? "The line is cut." : reachesEnd ? "That is the end." : `Go on with firstLine ${last + 1}.`;
    const note = `[Lines ${firstLine} to ${last} of ${file.isWhole ? total : `more than ${total}`}. ${more}]`;
    const output = cutText(text, MAX_CARD_CHARACTERS);
    const truncatedBytes = Math.max(0, file.sizeBytes - Buffer.byteLength(output));
    return {
      forModel: isAll ? text : `${text}\n\n${note}`,
      result: { output, ...(truncatedBytes > 0 ? { truncatedBytes } : {}) },
    };
  },
};
