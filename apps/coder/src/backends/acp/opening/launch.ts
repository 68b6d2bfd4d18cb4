import { createHash } from "node:crypto";
import type { StartFacts } from "@boocode/shared/agents/processes/decide-relaunch";
import { describeRemoved } from "@boocode/shared/settings/removed-endpoints";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import type { AgentProfile } from "./agent-profiles.ts";

/** How to start an agent's program, and which model it uses. */
export interface Launch {
  /** What cannot be changed without another process. */
  start: StartFacts;
  /** Arguments added to the program's own. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The model by the agent's id; null keeps its current one. */
  model: string | null;
  /** The endpoint model set in its environment; null if it uses its own. */
  startedWith: string | null;
  /** The endpoints that this was decided from. */
  endpoints: readonly ModelEndpoint[];
  /** The name the person picked; empty: as the agent reports it. */
  shownModel: string;
}

/** An agent's program with its arguments, and the variables that the person set for it. */
export interface AgentCommand {
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface LaunchInput {
  command: AgentCommand;
  profile: Pick<AgentProfile, "argv" | "offer">;
  endpoints: readonly ModelEndpoint[];
  /** Whether an endpoint with this id was removed. */
  isRemoved(endpointId: string): boolean;
  /** Lists the ids of the endpoints' current models, in their order. */
  listOffered(): Promise<readonly string[]>;
  /** Ids of the agent's own models, as far as known. */
  ownModels: readonly string[];
  /** Whether the person has configured the agent with a model. */
  hasOwnModel(): Promise<boolean>;
  defaultModel: string;
  /** The model that the prompt asks for; empty for none. */
  wanted: string;
}

const PLAIN_ENDPOINT = "default";

/**
 * Decides how an agent gets its model: from one of our endpoints, set in its environment, or from its own.
 *
 * If no model is asked for, this takes the configured default model, else the agent's own configuration, else the first model of the first
 * endpoint. An agent that cannot use endpoints has only its own models. Throws, with a sentence, for a model of an endpoint that was removed.
 */
export async function toLaunch(input: LaunchInput): Promise<Launch> {
  const { profile, endpoints, ownModels, defaultModel, wanted } = input;
  const command = toCommandMark(input.command);
  const toOwn = (model: string): Launch => ({
    start: { command, endpoint: null, model: null },
    argv: profile.argv,
    env: {},
    model: model === "" ? null : model,
    startedWith: null,
    endpoints,
    shownModel: model,
  });
  const { offer } = profile;
  if (offer === null) return toOwn(wanted);
  let asked = wanted || defaultModel;
  if (asked === "" && !(await input.hasOwnModel())) asked = (await input.listOffered())[0] ?? "";
  const offered = ownModels.includes(asked) ? null : resolve(input, asked);
  if (offered === null) return toOwn(asked);
  const { endpoint, modelId } = offered;
  const { argv = [], env } = offer(endpoint, modelId);
  const start = { command, endpoint: { id: endpoint.id, at: toMark([endpoint.baseUrl, endpoint.apiKey]) }, model: modelId };
  return { start, argv: [...profile.argv, ...argv], env, model: null, startedWith: modelId, endpoints, shownModel: asked };
}

/** Resolves `<endpoint>/<model>` if there is such an endpoint, otherwise a model of the plain endpoint; null if there is none. Throws if it was removed. */
function resolve({ endpoints, isRemoved }: LaunchInput, asked: string): { endpoint: ModelEndpoint; modelId: string } | null {
  if (asked === "") return null;
  const slash = Math.max(asked.indexOf("/"), 0);
  const named = endpoints.find(({ id }) => id === asked.slice(0, slash));
  if (named) return { endpoint: named, modelId: asked.slice(slash + 1) };
  const removed = describeRemoved(asked, isRemoved);
  if (removed !== null) throw new Error(removed);
  const plain = endpoints.find(({ id }) => id === PLAIN_ENDPOINT);
  return plain ? { endpoint: plain, modelId: asked } : null;
}

/** Returns what stands for a command: a change of it makes another. */
export const toCommandMark = ({ argv, env }: AgentCommand): string => toMark([argv, Object.entries(env).toSorted()]);

/** Keys and variables may be secret, so only their hash is kept. */
const toMark = (what: unknown): string => createHash("sha256").update(JSON.stringify(what)).digest("base64url").slice(0, 16);
