import { isAbsolute } from "node:path";
import { findOnPath, toProgram } from "../platform/processes/find-on-path.ts";
import { AgentsFileError, readAgentsFile, type AgentEntry } from "./agents-file.ts";
import { KNOWN_AGENTS } from "./known-agents.ts";

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

/** The programs that can drive an agent, by transport; null for one that is not there. */
export interface AgentWays {
  acp: AgentCommand | null;
  cli: AgentCommand | null;
}

/**
 * Finds the programs that can drive an agent which is not part of BooCode: those that `agents.json` or PATH has. What `agents.json` says
 * about the transport counts for its command, and excludes the protocol if it says `cli`. Throws `AgentsFileError`.
 */
export async function findAgentWays(id: string, places: CommandPlaces): Promise<AgentWays> {
  const known = KNOWN_AGENTS.find((agent) => agent.id === id);
  const usual = known?.transport === "cli" ? "cli" : "acp";
  const entry = await findEntry(id, places);
  const transport = entry?.transport ?? usual;
  const find = (bins: readonly string[]) => findOf(entry, bins, places);
  const bins = {
    acp: usual === "acp" ? (known?.bins ?? []) : [],
    cli: usual === "cli" ? (known?.bins ?? []) : (known?.commandLine?.bins ?? []),
  };
  if (entry?.command === undefined) {
    return { acp: entry?.transport === "cli" ? null : await find(bins.acp), cli: await find(bins.cli) };
  }
  const own = await find([]);
  if (transport === "cli") return { acp: null, cli: own };
  return { acp: own, cli: await findOf({ ...entry, command: undefined }, bins.cli, places) };
}

/**
 * Finds the program of an agent: the person's own if `agents.json` names one, else the first of `bins` on PATH, else null. A custom agent
 * has no `bins`. Throws `AgentsFileError`, also if a program named there does not exist.
 */
export async function findAgentCommand(id: string, bins: readonly string[], places: CommandPlaces): Promise<AgentCommand | null> {
  return findOf(await findEntry(id, places), bins, places);
}

async function findEntry(id: string, { agentsFile }: CommandPlaces): Promise<AgentEntry | undefined> {
  const entries = agentsFile === null ? [] : await readAgentsFile(agentsFile);
  return entries.find((candidate) => candidate.id === id);
}

async function findOf(
  entry: Pick<AgentEntry, "env" | "command"> | undefined,
  bins: readonly string[],
  { path }: CommandPlaces,
): Promise<AgentCommand | null> {
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
