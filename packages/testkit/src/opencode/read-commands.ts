import { readdirSync } from "node:fs";
import { join } from "node:path";

export interface ScriptedCommand {
  name: string;
  description?: string;
  hints?: readonly string[];
}

/** Lists the commands that a folder defines in files. */
export function readCommands(directory: string): ScriptedCommand[] {
  try {
    return readdirSync(join(directory, ".opencode/command")).map((file) => ({ name: file.replace(/\.md$/, "") }));
  } catch {
    return [];
  }
}
