import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { AgentsFileError, readAgentsFile } from "./agents-file.ts";

/** How to start an agent's program. */
export interface AgentCommand {
  /** The absolute path of the program, then the arguments that precede ours. */
  argv: readonly string[];
  /** Additional environment variables set by the person. */
  env: Readonly<Record<string, string>>;
}

export interface CommandPlaces {
  /** `agents.json`, or null to look on PATH only. */
  agentsFile: string | null;
  /** The value of PATH. */
  path: string;
}

/**
 * Finds the program of an agent: the person's own if `agents.json` names one, else the first of `bins` on PATH, else null. A custom agent
 * has no `bins`. Throws `AgentsFileError`, also if a program named there does not exist.
 */
export async function findAgentCommand(
  id: string,
  bins: readonly string[],
  { agentsFile, path }: CommandPlaces,
): Promise<AgentCommand | null> {
  const entries = agentsFile === null ? [] : await readAgentsFile(agentsFile);
  const entry = entries.find((candidate) => candidate.id === id);
  const env = entry?.env ?? {};
  const [named, ...rest] = entry?.command ?? [];
  if (named !== undefined) {
    const file = isAbsolute(named) ? await toProgram(named) : await findOnPath(named, path);
    if (file === null) throw new AgentsFileError(`agents.json names ${named} for it, and there is no such program.`);
    return { argv: [file, ...rest], env };
  }
  for (const bin of bins) {
    const file = await findOnPath(bin, path);
    if (file !== null) return { argv: [file], env };
  }
  return null;
}

/**
 * Returns the first executable file of that name on the given PATH. Relative entries are skipped: they would resolve to a file of the
 * project.
 */
async function findOnPath(bin: string, path: string): Promise<string | null> {
  if (bin.includes("/")) return null;
  for (const folder of path.split(delimiter)) {
    const found = isAbsolute(folder) ? await toProgram(join(folder, bin)) : null;
    if (found !== null) return found;
  }
  return null;
}

async function toProgram(file: string): Promise<string | null> {
  const isProgram = await access(file, constants.X_OK)
    .then(() => stat(file))
    .then((found) => found.isFile())
    .catch(() => false);
  return isProgram ? file : null;
}
