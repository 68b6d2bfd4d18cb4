import { quoteArgv } from "../platform/processes/quote-argv.ts";
import type { OfferedTool } from "./completion-request.ts";

/** An action of the demo model, independent of the names of the agent's tools. */
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

/** Names agents use for such a tool or field, in order of preference. */
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
/** Fields an agent may require in addition, filled in so that the call is complete. */
const EXTRA_FIELDS: Record<string, string> = { description: "Asked for by the person", explanation: "Asked for by the person" };

/**
 * Finds the offered tool for an action and maps the arguments to its field names.
 *
 * Returns null if the agent offers no tool whose required fields are known.
 */
export function chooseTool(action: DemoAction, tools: readonly OfferedTool[]): ChosenTool | null {
  for (const candidate of TOOL_NAMES[action.do]) {
    const tool = tools.find((offered) => offered.function.name.toLowerCase() === candidate);
    const chosen = tool ? fillFields(action, tool) : null;
    if (chosen) return chosen;
  }
  // Agents without such a tool move and remove files with a command.
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
    // Such agents expect a shell command line.
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
