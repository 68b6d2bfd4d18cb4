import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { REVIEW_MODE } from "@boocode/shared/agents/review-mode";
import { AgentId } from "@boocode/shared/ids";
import { runProcess } from "../platform/processes/process.ts";
import type { AgentBackend } from "@boocode/shared/agents/agent-backend";
import type { BackendRegistry } from "./backend-registry.ts";
import { readAgentsFile, type AgentEntry } from "./agents-file.ts";
import { findAgentCommand, type AgentCommand } from "./find-command.ts";
import { BUILT_IN, KNOWN_AGENTS, type KnownAgent } from "./known-agents.ts";

export interface ProbeInput {
  backends: BackendRegistry;
  /** The environment of the probed programs, reduced to the allow-list; they are looked up on its PATH. */
  env: Readonly<Record<string, string>>;
  /** The file in which a person names other programs; absent if there is none. */
  agentsFile?: string;
  /** The working directory of probed programs: a folder that contains no project files. */
  cwd: string;
  /** The daemon's version, which is also the built-in agent's. */
  version: string;
  /** Empty selects the first model the agent lists. */
  defaultModel: string;
  /** How long one program may take to report its version. Default 5,000. */
  timeoutMs?: number;
}

const MAX_OUTPUT_BYTES = 16 * 1024;
const AUTO_MODE = {
  id: "auto",
  label: "Auto",
  description: "Edits files and runs commands in the session's own worktree without asking.",
};

/** The maximum number of custom agents probed. */
const MAX_CUSTOM = 50;

/** Probes every known and custom agent, and reports for each whether it is available, or what is missing. Never rejects. */
export async function probeAgents(input: ProbeInput): Promise<Agent[]> {
  const known = KNOWN_AGENTS.map((agent) => (agent === BUILT_IN ? probeBuiltIn(input) : probeProgram(agent, input)));
  const [found, custom] = await Promise.all([Promise.all(known), probeCustoms(input)]);
  return [...found, ...custom];
}

async function probeCustoms(input: ProbeInput): Promise<Agent[]> {
  // An unreadable file is reported for each agent that it might have named.
  const entries = input.agentsFile === undefined ? [] : await readAgentsFile(input.agentsFile).catch(() => []);
  const custom = entries.filter(
    ({ id }, place) => !KNOWN_AGENTS.some((known) => known.id === id) && entries.findIndex((entry) => entry.id === id) === place,
  );
  return Promise.all(custom.slice(0, MAX_CUSTOM).map((entry) => probeCustom(entry, input)));
}

/** Adds the details that a running agent has reported about itself. */
export async function readDetails(agent: Agent, backend: AgentBackend | null): Promise<Agent> {
  if (!agent.available || !backend) return agent;
  const [models, details] = [await backend.listModels().catch(() => null), backend.details?.()];
  const version = agent.version ?? details?.version ?? null;
  return { ...agent, version, ...(models ? { models: [...models] } : {}), ...(details ? { modes: details.modes } : {}) };
}

/** Probes the built-in agent and the models that are reachable now. Never rejects. */
export async function probeBuiltIn(input: ProbeInput): Promise<Agent> {
  const backend = input.backends.find(BUILT_IN.id);
  const models = backend ? await backend.listModels().catch(() => [] as readonly AgentModel[]) : [];
  const missing = backend ? "No model answers at the configured endpoint." : "It is not part of this version of BooCode.";
  return {
    ...describe(BUILT_IN),
    available: backend !== null,
    version: input.version,
    models: [...models],
    defaultModel: input.defaultModel || (models[0]?.id ?? ""),
    modes: [AUTO_MODE, REVIEW_MODE],
    diagnosis: models.length > 0 ? "Built into BooCode." : missing,
  };
}

/**
 * Returns one agent's availability, or null for an unknown agent. Starts no program and asks no other agent: whether the agent works
 * becomes known when it is opened.
 */
export async function findAgent(
  id: string,
  input: ProbeInput,
): Promise<Pick<Agent, "id" | "available" | "diagnosis" | "installHint"> | null> {
  const known = KNOWN_AGENTS.find((agent) => agent.id === id);
  if (!known) return (await probeCustoms(input)).find((agent) => agent.id === id) ?? null;
  const missing = { id: AgentId.parse(id), available: false, installHint: null };
  if (known === BUILT_IN)
    return { ...missing, available: input.backends.find(id) !== null, diagnosis: "It is not part of this version of BooCode." };
  const located = await locate(known, input);
  if (located.kind === "missing") return { ...missing, ...located };
  const diagnosis = `Installed at ${located.command.argv[0]}.`;
  return input.backends.find(id)
    ? { ...missing, available: true, diagnosis }
    : { ...missing, diagnosis: `${diagnosis} This version of BooCode cannot drive it yet.` };
}

type Located = { kind: "found"; command: AgentCommand } | { kind: "missing"; diagnosis: string; installHint: string | null };

async function locate(known: KnownAgent, input: ProbeInput): Promise<Located> {
  try {
    const command = await findAgentCommand(known.id, known.bins, placesOf(input));
    if (command) return { kind: "found", command };
  } catch (error) {
    return { kind: "missing", diagnosis: (error as Error).message, installHint: null };
  }
  return { kind: "missing", diagnosis: `Not installed: there is no ${known.bins[0]} on PATH.`, installHint: known.install };
}

const placesOf = ({ agentsFile, env }: ProbeInput) => ({ agentsFile: agentsFile ?? null, path: env["PATH"] ?? "" });

async function probeProgram(known: KnownAgent, input: ProbeInput): Promise<Agent> {
  const absent = { ...describe(known), available: false, version: null, models: [], defaultModel: "", modes: [] };
  const located = await locate(known, input);
  if (located.kind === "missing") return { ...absent, diagnosis: located.diagnosis, installHint: located.installHint };
  const file = located.command.argv[0] ?? "";
  const answer = await askVersion(located.command, input);
  if (answer.kind === "failed") return { ...absent, diagnosis: `Found at ${file}, but ${answer.reason}.` };
  const { version, note } = answer;
  const backend = input.backends.find(known.id);
  if (!backend) return { ...absent, version, diagnosis: `Installed at ${file}. This version of BooCode cannot drive it yet.${note}` };
  const drivable = { ...absent, available: true, version, modes: [AUTO_MODE, ...known.modes], diagnosis: `Installed at ${file}.${note}` };
  const agent = await readDetails(drivable, backend);
  const isTheirs = known.transport !== "acp" || agent.models.some(({ id }) => id === input.defaultModel);
  // Empty lets the agent choose, following the person's own configuration of it.
  return { ...agent, defaultModel: isTheirs ? input.defaultModel : "" };
}

async function probeCustom(entry: AgentEntry, input: ProbeInput): Promise<Agent> {
  const { id, name = id, transport = "acp", command } = entry;
  const supportsAcp = transport === "acp";
  const absent: Agent = {
    id,
    name,
    transport,
    supportsAcp,
    available: false,
    version: null,
    models: [],
    defaultModel: "",
    modes: [],
    diagnosis: "",
    installHint: null,
  };
  if (!command) return { ...absent, diagnosis: `agents.json names no command for ${id}, which BooCode does not know.` };
  if (!supportsAcp) return { ...absent, diagnosis: `Named in agents.json. This version of BooCode drives custom agents over ACP only.` };
  const found = await findAgentCommand(id, [], placesOf(input)).catch((error: Error) => error.message);
  if (found === null || typeof found === "string") return { ...absent, diagnosis: found ?? "" };
  // Its version is not probed: the program is started only with the arguments the person gave. It reports its version once it runs.
  return readDetails({ ...absent, available: true, diagnosis: `Named in agents.json: ${found.argv[0]}.` }, input.backends.custom(id));
}

function describe(known: KnownAgent) {
  const { name, transport, supportsAcp } = known;
  return { id: AgentId.parse(known.id), name, transport, supportsAcp, installHint: null };
}

async function askVersion(
  { argv: [file = "", ...before], env }: AgentCommand,
  input: ProbeInput,
): Promise<{ kind: "version"; version: string | null; note: string } | { kind: "failed"; reason: string }> {
  const timeoutMs = input.timeoutMs ?? 5_000;
  try {
    const { exitCode, signal, stdout, stderr, timedOut } = await runProcess({
      file,
      argv: [...before, "--version"],
      cwd: input.cwd,
      env: { ...input.env, ...env },
      timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    // A slow program is not broken: the machine may be busy. One that hangs is reported when it is started.
    if (timedOut)
      return { kind: "version", version: null, note: ` It did not report its version within ${Math.round(timeoutMs / 1_000)} s.` };
    // Some programs have no version option: they report it when opened.
    if (exitCode !== 0)
      return { kind: "version", version: null, note: ` It did not report its version (${signal ?? `exit code ${exitCode}`}).` };
    const said = `${stdout.toString("utf8")}\n${stderr.toString("utf8")}`;
    return { kind: "version", version: /\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?/.exec(said)?.[0].slice(0, 60) ?? null, note: "" };
  } catch (error) {
    return { kind: "failed", reason: `it could not be started (${(error as NodeJS.ErrnoException).code ?? "unknown error"})` };
  }
}
