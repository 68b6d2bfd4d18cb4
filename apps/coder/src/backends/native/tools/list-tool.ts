import { z } from "zod";
import type { ReadingTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const MAX_ENTRIES = 1_000;

const ListInput = z.object({
  path: z.string().default(".").describe("Folder, relative to the project"),
  depth: z.number().int().min(1).max(16).default(2).describe("How many levels to show"),
});

export const listTool: ReadingTool<z.infer<typeof ListInput>> = {
  name: "list",
  access: "read",
  kind: "list",
  description: `Lists files and folders (folders end with "/"), ${MAX_ENTRIES} at most. Contents of node_modules and the like are left out.`,
  input: ListInput,
  describe: ({ path }, root) => ({ title: `List ${toShownPath(root, path)}`, paths: toNamedPaths(root, [path]) }),
  async run({ path, depth }, { folder, signal }) {
    const lines: string[] = [];
    let isCut = false;
    for await (const entry of folder.walk(path, depth)) {
      signal.throwIfAborted();
      if (lines.length === MAX_ENTRIES) {
        isCut = true;
        break;
      }
      lines.push(
        `${entry.path}${entry.kind === "folder" ? "/" : entry.kind === "link" ? " (link)" : ""}${entry.isPassedOver ? " (not entered)" : ""}`,
      );
    }
    if (lines.length === 0) return { forModel: "(The folder is empty.)", result: { output: "" } };
    const output = `${lines.join("\n")}${isCut ? `\n[Only the first ${MAX_ENTRIES} are shown.]` : ""}`;
    return { forModel: output, result: { output } };
  },
};
