import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { AgentId } from "@boocode/shared/ids";
import { runProcess } from "../platform/process.ts";
import type { BackendRegistry } from "./backend-registry.ts";
import { BUILT_IN, KNOWN_AGENTS, type KnownAgent } from "./known-agents.ts";

export interface ProbeInput {
  backends: BackendRegistry;
  /** Environment of the probed programs, reduced to the allow-list; its PATH is where they are looked for. */
  env: Readonly<Record<string, string>>;
  /** Where probed programs run: a folder with nothing of a project in it. */
  cwd: string;
  /** The daemon's own, which is the version of the built-in agent. */
  version: string;
  /** Empty: the first model the agent lists. */
  defaultModel: string;
  /** How long one program may take to say its version. Default 5,000. */
  timeoutMs?: number;
}

const MAX_OUTPUT_BYTES = 16 * 1024;
const AUTO_MODE = {
  id: "auto",
  label: "Auto",
  description: "Edits files and runs commands in the session's own worktree without asking.",
};

/** Looks for every known agent and says of each whether it can be picked here, or what is missing. Never rejects. */
export async function probeAgents(input: ProbeInput): Promise<Agent[]> {
  return Promise.all(KNOWN_AGENTS.map((known) => (known.bin === null ? probeBuiltIn(input) : probeProgram(known, known.bin, input))));
}

/** The agent that is part of BooCode, with the models that answer now. Never rejects. */
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
    modes: [AUTO_MODE],
    diagnosis: models.length > 0 ? "Built into BooCode." : missing,
  };
}

async function probeProgram(known: KnownAgent, bin: string, input: ProbeInput): Promise<Agent> {
  const found = await findOnPath(bin, input.env["PATH"] ?? "");
  const absent = { ...describe(known), available: false, version: null, models: [], defaultModel: "", modes: [] };
  if (!found) return { ...absent, diagnosis: `Not installed: there is no ${bin} on PATH.`, installHint: known.install };
  const answer = await askVersion(found, input);
  if (answer.kind === "failed") return { ...absent, diagnosis: `Found at ${found}, but ${answer.reason}.` };
  const version = answer.version;
  const backend = input.backends.find(known.id);
  if (!backend) return { ...absent, version, diagnosis: `Installed at ${found}. This version of BooCode cannot drive it yet.` };
  const models = await backend.listModels().catch(() => [] as readonly AgentModel[]);
  return {
    ...absent,
    available: true,
    version,
    models: [...models],
    defaultModel: models[0]?.id ?? "",
    diagnosis: `Installed at ${found}.`,
  };
}

function describe(known: KnownAgent) {
  const { name, transport, supportsAcp } = known;
  return { id: AgentId.parse(known.id), name, transport, supportsAcp, installHint: null };
}

/** The first executable file of that name on the given PATH. Relative entries are passed over: they would name a project's own file. */
async function findOnPath(bin: string, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const file = join(folder, bin);
    const isProgram = await access(file, constants.X_OK)
      .then(() => stat(file))
      .then((found) => found.isFile())
      .catch(() => false);
    if (isProgram) return file;
  }
  return null;
}

async function askVersion(
  file: string,
  input: ProbeInput,
): Promise<{ kind: "version"; version: string | null } | { kind: "failed"; reason: string }> {
  const timeoutMs = input.timeoutMs ?? 5_000;
  try {
    const { exitCode, signal, stdout, stderr, timedOut } = await runProcess({
      file,
      argv: ["--version"],
      cwd: input.cwd,
      env: input.env,
      timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (timedOut) return { kind: "failed", reason: `it did not tell its version within ${Math.round(timeoutMs / 1_000)} s` };
    if (exitCode !== 0) return { kind: "failed", reason: `asking its version failed (${signal ?? `exit code ${exitCode}`})` };
    const said = `${stdout.toString("utf8")}\n${stderr.toString("utf8")}`;
    return { kind: "version", version: /\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?/.exec(said)?.[0].slice(0, 60) ?? null };
  } catch (error) {
    return { kind: "failed", reason: `it could not be started (${(error as NodeJS.ErrnoException).code ?? "unknown error"})` };
  }
}
