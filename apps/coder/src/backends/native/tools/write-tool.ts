import { z } from "zod";
import { toPatchResult } from "./edit-tool.ts";
import { makePatch } from "./make-patch.ts";
import { MAX_TEXT_BYTES, readTextFile } from "./folder/text-file.ts";
import { ToolRefused, type ChangingTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const WriteInput = z.object({
  path: z.string().describe("File, relative to the project; missing folders are created"),
  text: z
    .string()
    .max(MAX_TEXT_BYTES / 4)
    .describe("The whole content"),
});

export const writeTool: ChangingTool<z.infer<typeof WriteInput>> = {
  name: "write",
  access: "change",
  kind: "write",
  description: "Creates a file, or replaces the whole content of one. To change a part of a file, use edit.",
  input: WriteInput,
  describe: ({ path }, root) => ({ title: `Write ${toShownPath(root, path)}`, paths: toNamedPaths(root, [path]) }),
  async run({ path, text }, { folder }) {
    // Read only for the card's patch; a file that is not text is replaced without a patch.
    const before = await readTextFile(folder, path).catch((error: unknown) => {
      if (error instanceof ToolRefused || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    });
    const { isNew, path: written } = await folder.writeFile(path, text);
    const lines = text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);
    const patch = isNew || before?.isWhole ? makePatch(written, isNew ? null : (before?.text ?? null), text) : "";
    return {
      forModel: `${isNew ? "Created" : "Replaced"} ${written} (${lines} ${lines === 1 ? "line" : "lines"}).`,
      result: toPatchResult(patch),
      paths: [written],
    };
  },
};
