import { commandTool } from "./command-tool.ts";
import { deleteTool } from "./delete-tool.ts";
import { editTool } from "./edit-tool.ts";
import { listTool } from "./list-tool.ts";
import { readTool } from "./read-tool.ts";
import { renameTool } from "./rename-tool.ts";
import { searchTool } from "./search/search-tool.ts";
import { taskTool } from "./task-tool.ts";
import { todoTool } from "./todo-tool.ts";
import type { NativeTool } from "./tool.ts";
import { writeTool } from "./write-tool.ts";

/** All tools of the native agent, in the order given to the model. */
export const ALL_TOOLS: readonly NativeTool[] = [
  readTool,
  listTool,
  searchTool,
  editTool,
  writeTool,
  renameTool,
  deleteTool,
  commandTool,
  todoTool,
  taskTool,
];
