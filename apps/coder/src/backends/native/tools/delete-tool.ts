import { z } from "zod";
import { isGitName } from "../../../platform/files/confined-path.ts";
import { ToolRefused, type ChangingTool } from "./tool.ts";
import type { ToolFolder } from "./folder/tool-folder.ts";
import { toNamedPaths, toShownPath } from "./folder/tool-paths.ts";

const MAX_NAMED = 2_000;

const DeleteInput = z.object({
  path: z.string().describe("File or folder, relative to the project"),
  recursive: z.boolean().default(false).describe("Needed for a folder that is not empty"),
});

export const deleteTool: ChangingTool<z.infer<typeof DeleteInput>> = {
  name: "delete",
  access: "change",
  kind: "delete",
  description: "Deletes a file, or a folder with `recursive`.",
  input: DeleteInput,
  describe: ({ path }, root) => ({ title: `Delete ${toShownPath(root, path)}`, paths: toNamedPaths(root, [path]) }),
  async run({ path, recursive }, { folder }) {
    const deleted = await filesBelow(folder, path);
    // Commits that exist nowhere else could lie in it, and no checkpoint of ours would hold them.
    if (deleted.holdsRepository) throw new ToolRefused(`“${path}” contains another git repository and was not deleted`);
    await folder.remove(path, { recursive });
    return { forModel: `Deleted ${toShownPath(folder.root, path)}.`, result: {}, paths: deleted.paths };
  },
};

/** Lists the files below a path: the path itself, or all files in the folder, so that each is attributed. The list is limited to a few thousand. */
export async function filesBelow(folder: ToolFolder, path: string): Promise<{ paths: string[]; holdsRepository: boolean }> {
  if ((await folder.kindOf(path)) !== "folder") return { paths: toNamedPaths(folder.root, [path]), holdsRepository: false };
  const found = { paths: [] as string[], holdsRepository: false };
  const open = [toShownPath(folder.root, path)];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const entry of await folder.list(here)) {
      if (isGitName(entry.name)) found.holdsRepository = true;
      else if (entry.kind === "folder") open.push(`${here}/${entry.name}`);
      else if (found.paths.length < MAX_NAMED) found.paths.push(`${here}/${entry.name}`);
    }
  }
  return found;
}
