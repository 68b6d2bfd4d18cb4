import { quoteArgv } from "../platform/processes/quote-argv.ts";
import type { OfferedTool } from "./completion-request.ts";

/** What the demo model wants done, before it knows what the agent's tools are called. */
export type DemoAction =
  | { do: "read"; path: string }
  | { do: "list"; path: string }
  | { do: "write"; path: string; text: string }
  | { do: "edit"; path: string; oldText: string; newText: string }
  | { do: "rename"; from: string; to: string }
  | { do: "delete"; path: string }
  | { do: "command"; argv: readonly string[] };

export interface ChosenTool {
  name: string;
  arguments: Record<string, unknown>;
}

/** Names that agents give such a tool, and such a field, in order of preference. */
const TOOL_NAMES: Record<DemoAction["do"], readonly string[]> = {
  read: ["read", "read_file", "view"],
  list: ["list", "list_files", "ls", "list_directory"],
  write: ["write", "write_file", "create_file"],
  edit: ["edit", "edit_file", "replace", "str_replace"],
  rename: ["rename", "move", "rename_file", "move_file"],
  delete: ["delete", "remove", "delete_file"],
  command: ["command", "bash", "shell", "run_shell_command", "run_command"],
};
const FIELD_NAMES: Record<string, readonly string[]> = {
  path: ["path", "filePath", "file_path", "absolute_path", "file", "dir"],
  text: ["text", "content", "contents", "file_text"],
  oldText: ["oldText", "old_string", "oldString", "old_str", "before"],
  newText: ["newText", "new_string", "newString", "new_str", "after"],
  from: ["from", "source", "oldPath"],
  to: ["to", "destination", "newPath"],
  argv: ["argv"],
};
/** What an agent may ask for beside: said once, so that its call is complete. */
const EXTRA_FIELDS: Record<string, string> = { description: "Asked for by the person", explanation: "Asked for by the person" };

/**
 * Finds the offered tool that does an action and fills in its own field names.
 *
 * Null when the agent offers none that can be called with what is known.
 */
export function chooseTool(action: DemoAction, tools: readonly OfferedTool[]): ChosenTool | null {
  for (const candidate of TOOL_NAMES[action.do]) {
    const tool = tools.find((offered) => offered.function.name.toLowerCase() === candidate);
    const chosen = tool ? fillFields(action, tool) : null;
    if (chosen) return chosen;
  }
  // Agents without such a tool move and remove with a command.
  if (action.do === "rename") return chooseTool({ do: "command", argv: ["mv", "-n", "--", action.from, action.to] }, tools);
  if (action.do === "delete") return chooseTool({ do: "command", argv: ["rm", "--", action.path] }, tools);
  if (action.do === "list") return chooseTool({ do: "command", argv: ["ls", "-p", "--", action.path] }, tools);
  return null;
}

function fillFields(action: DemoAction, tool: OfferedTool): ChosenTool | null {
  const { properties = {}, required = [] } = tool.function.parameters ?? {};
  const filled: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(action)) {
    if (field === "do") continue;
    const name = FIELD_NAMES[field]?.find((candidate) => candidate in properties);
    if (name) filled[name] = value;
    // Such agents take one line for a shell.
    else if (field === "argv" && "command" in properties) filled["command"] = quoteArgv(value as readonly string[]);
    else return null;
  }
  for (const field of required) {
    if (field in filled) continue;
    if (!(field in EXTRA_FIELDS)) return null;
    filled[field] = EXTRA_FIELDS[field];
  }
  return { name: tool.function.name, arguments: filled };
}
