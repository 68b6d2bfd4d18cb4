import { stripVTControlCharacters } from "node:util";
import type { Agent, AgentModel, BackendKind } from "@boocode/shared/agents/agent";
import type { VersionAnswer } from "@boocode/shared/agents/learning/decide-opencode-version";
import { PLAN_MODE, REVIEW_MODE } from "@boocode/shared/agents/native-modes";
import { TAKES_WORDS } from "@boocode/shared/attachments/attachment";
import { AgentId } from "@boocode/shared/ids";
import { cutText } from "@boocode/shared/text/cut-text";
import { runProcess } from "../platform/processes/process.ts";
import type { AgentBackend } from "@boocode/shared/agents/agent-backend";
import type { BackendRegistry } from "./backend-registry.ts";
import { readAgentsFile, type AgentEntry } from "./agents-file.ts";
import { findAgentCommand, findAgentWays, type AgentCommand } from "./find-command.ts";
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
  /** Empty: the agent's own choice. */
  defaultModel: string;
  /** How long one program may take to report its version. Default 5,000. */
  timeoutMs?: number;
}

const MAX_OUTPUT_BYTES = 16 * 1024;
const MAX_SAID_LINES = 5;
const MAX_SAID_CHARS = 600;
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
  // An agent that could be driven in two ways says in which one it is.
  const transport = agent.transport === "acp" && backend.kind === "cli" ? "cli" : agent.transport;
  return {
    ...agent,
    transport,
    version,
    ...(models ? { models: [...models] } : {}),
    ...(details ? { modes: details.modes.length > 0 ? details.modes : agent.modes, takes: details.takes ?? TAKES_WORDS } : {}),
  };
}

/** Probes the built-in agent and the models that are reachable now. Never rejects. */
export async function probeBuiltIn(input: ProbeInput): Promise<Agent> {
  const backend = input.backends.find(BUILT_IN.id);
  const [models, usual] = await Promise.all([
    backend?.listModels().catch(() => [] as readonly AgentModel[]) ?? [],
    backend?.findDefaultModel?.() ?? null,
  ]);
  const missing = backend ? "No model answers at the configured endpoint." : "It is not part of this version of BooCode.";
  return {
    ...describe(BUILT_IN),
    available: backend !== null,
    version: input.version,
    models: [...models],
    defaultModel: usual?.model ?? (input.defaultModel || (models[0]?.id ?? "")),
    // Where nothing answers at all, the diagnosis says so.
    ...(usual?.problem && models.length > 0 ? { note: `${usual.problem} Choose a model, or prompts fail.` } : {}),
    modes: [AUTO_MODE, REVIEW_MODE, PLAN_MODE],
    takes: backend?.details?.().takes ?? TAKES_WORDS,
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

type Located =
  | { kind: "found"; command: AgentCommand; transport: BackendKind }
  | { kind: "missing"; diagnosis: string; installHint: string | null };

async function locate(known: KnownAgent, input: ProbeInput): Promise<Located> {
  try {
    const found = await findProgram(known, input);
    if (found) return { kind: "found", ...found };
  } catch (error) {
    return { kind: "missing", diagnosis: (error as Error).message, installHint: null };
  }
  return { kind: "missing", diagnosis: `Not installed: there is no ${known.bins[0]} on PATH.`, installHint: known.install };
}

async function findProgram(known: KnownAgent, input: ProbeInput): Promise<{ command: AgentCommand; transport: BackendKind } | null> {
  const { id, bins, transport } = known;
  if (transport !== "acp" && transport !== "cli") {
    const command = await findAgentCommand(id, bins, placesOf(input));
    return command && { command, transport };
  }
  const { acp, cli } = await findAgentWays(id, placesOf(input));
  if (acp) return { command: acp, transport: "acp" };
  return cli && { command: cli, transport: "cli" };
}

const placesOf = ({ agentsFile, env }: ProbeInput) => ({ agentsFile: agentsFile ?? null, path: env["PATH"] ?? "" });

async function probeProgram(known: KnownAgent, input: ProbeInput): Promise<Agent> {
  const absent = { ...describe(known), available: false, version: null, models: [], defaultModel: "", modes: [] };
  const located = await locate(known, input);
  if (located.kind === "missing") return { ...absent, diagnosis: located.diagnosis, installHint: located.installHint };
  const file = located.command.argv[0] ?? "";
  const answer = await askVersion(located.command, known, input);
  if (answer.kind === "failed") return { ...absent, diagnosis: `Found at ${file}, but ${answer.reason}.` };
  const { version, problem } = answer;
  const { transport } = located;
  const verdict = known.decideVersion?.(answer.said) ?? null;
  if (verdict?.kind === "refused") return { ...absent, version: verdict.version, diagnosis: `Installed at ${file}. ${verdict.why}` };
  const said = verdict && verdict.note !== "" ? ` ${verdict.note}` : answer.note;
  const isBare = transport !== known.transport;
  const note = `${said}${isBare ? " It is driven by its command line, where it cannot ask you." : ""}`;
  const backend = input.backends.find(known.id);
  if (!backend)
    return { ...absent, version, diagnosis: `Installed at ${file}. This version of BooCode cannot drive it yet.${note}`, problem };
  const drivable = {
    ...absent,
    transport,
    available: true,
    version,
    installHint: isBare ? known.install : null,
    modes: [AUTO_MODE, ...known.modes],
    diagnosis: `Installed at ${file}.${note}`,
    ...(verdict && verdict.note !== "" ? { note: verdict.note } : {}),
    problem,
  };
  const agent = await readDetails(drivable, backend);
  const isTheirs = (transport !== "acp" && transport !== "cli") || agent.models.some(({ id }) => id === input.defaultModel);
  // Empty lets the agent choose, following the person's own configuration of it.
  return { ...agent, defaultModel: isTheirs ? input.defaultModel : "" };
}

async function probeCustom(entry: AgentEntry, input: ProbeInput): Promise<Agent> {
  const { id, name = id, transport = "acp", command } = entry;
  const absent: Agent = {
    id,
    name,
    transport,
    supportsAcp: transport === "acp",
    available: false,
    version: null,
    models: [],
    defaultModel: "",
    modes: [],
    takes: TAKES_WORDS,
    diagnosis: "",
    installHint: null,
    problem: null,
    update: null,
  };
  if (!command) return { ...absent, diagnosis: `agents.json names no command for ${id}, which BooCode does not know.` };
  const found = await findAgentCommand(id, [], placesOf(input)).catch((error: Error) => error.message);
  if (found === null || typeof found === "string") return { ...absent, diagnosis: found ?? "" };
  // Its version is not probed: the program is started only with the arguments the person gave. It reports its version once it runs.
  return readDetails({ ...absent, available: true, diagnosis: `Named in agents.json: ${found.argv[0]}.` }, input.backends.custom(id));
}

function describe(known: KnownAgent) {
  const { name, transport, supportsAcp } = known;
  return { id: AgentId.parse(known.id), name, transport, supportsAcp, takes: TAKES_WORDS, installHint: null, problem: null, update: null };
}

async function askVersion(
  { argv: [file = "", ...before], env }: AgentCommand,
  { versionEnv }: KnownAgent,
  input: ProbeInput,
): Promise<
  { kind: "asked"; said: VersionAnswer; version: string | null; note: string; problem: string | null } | { kind: "failed"; reason: string }
> {
  const timeoutMs = input.timeoutMs ?? 5_000;
  try {
    const { exitCode, signal, stdout, stderr, timedOut } = await runProcess({
      file,
      argv: [...before, "--version"],
      cwd: input.cwd,
      env: { ...input.env, ...env, ...versionEnv },
      timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    // A slow program is not broken: the machine may be busy. One that hangs is reported when it is started.
    if (timedOut) return unversioned({ kind: "silent", afterMs: timeoutMs }, `within ${Math.round(timeoutMs / 1_000)} s`);
    const how = signal ?? `exit code ${exitCode}`;
    // Some programs have no version option: they report it when opened.
    const text = stripVTControlCharacters(`${stdout.toString("utf8")}\n${stderr.toString("utf8")}`);
    if (exitCode !== 0)
      return { ...unversioned({ kind: "failed", how }, `(${how})`), problem: toProblem(`It did not report its version (${how}).`, text) };
    const version = /\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?/.exec(text)?.[0].slice(0, 60) ?? null;
    return { kind: "asked", said: { kind: "said", text }, version, note: "", problem: null };
  } catch (error) {
    return { kind: "failed", reason: `it could not be started (${(error as NodeJS.ErrnoException).code ?? "unknown error"})` };
  }
}

const unversioned = (said: VersionAnswer, how: string) =>
  ({ kind: "asked", said, version: null, note: ` It did not report its version ${how}.`, problem: null }) as const;

/** A sentence, and the first lines that a program wrote: later ones are usually consequences. */
function toProblem(sentence: string, text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const said = cutText(lines.slice(0, MAX_SAID_LINES).join("\n"), MAX_SAID_CHARS);
  return said === "" ? sentence : `${sentence} It said:\n${said}`;
}
