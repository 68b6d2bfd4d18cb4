import { z } from "zod";
import { filesBelow } from "./delete-tool.ts";
import type { ChangingTool } from "./tool.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const RenameInput = z.object({
  from: z.string().describe("File or folder, relative to the project"),
  to: z.string().describe("The new path; it must not exist yet"),
});

export const renameTool: ChangingTool<z.infer<typeof RenameInput>> = {
  name: "rename",
  access: "change",
  kind: "rename",
  description: "Renames or moves a file or folder. Never replaces anything.",
  input: RenameInput,
  describe: ({ from, to }, root) => ({
    title: `Rename ${toShownPath(root, from)} to ${toShownPath(root, to)}`,
    paths: toNamedPaths(root, [from, to]),
  }),
  async run({ from, to }, { folder }) {
    const [source, target] = [toShownPath(folder.root, from), toShownPath(folder.root, to)];
    const moved = await filesBelow(folder, from);
    await folder.rename(from, to);
    const paths = [...moved.paths, ...moved.paths.map((path) => `${target}${path.slice(source.length)}`)];
    return { forModel: `Renamed ${source} to ${target}.`, result: {}, paths };
  },
};
