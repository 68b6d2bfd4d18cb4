import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import type { AgentProfile } from "./agent-profiles.ts";

/** How to start an agent's program, and which model it uses. */
export interface Launch {
  /** A different key needs a different process. */
  key: string;
  /** Arguments added to the program's own. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The model by the agent's id; null keeps its current one. */
  model: string | null;
  /** The endpoint model set in its environment; null if it uses its own. */
  startedWith: string | null;
  /** The name the person picked; empty: as the agent reports it. */
  shownModel: string;
}

export interface LaunchInput {
  profile: Pick<AgentProfile, "argv" | "offer">;
  endpoints: readonly ModelEndpoint[];
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
 * endpoint. An agent that cannot use endpoints has only its own models.
 */
export async function toLaunch(input: LaunchInput): Promise<Launch> {
  const { profile, endpoints, ownModels, defaultModel, wanted } = input;
  const toOwn = (model: string): Launch => ({
    key: "own",
    argv: profile.argv,
    env: {},
    model: model === "" ? null : model,
    startedWith: null,
    shownModel: model,
  });
  const { offer } = profile;
  if (offer === null) return toOwn(wanted);
  let asked = wanted || defaultModel;
  if (asked === "" && !(await input.hasOwnModel())) asked = (await input.listOffered())[0] ?? "";
  const offered = ownModels.includes(asked) ? null : resolve(endpoints, asked);
  if (offered === null) return toOwn(asked);
  const { endpoint, modelId } = offered;
  const { argv = [], env } = offer(endpoint, modelId);
  return { key: `${endpoint.id} ${modelId}`, argv: [...profile.argv, ...argv], env, model: null, startedWith: modelId, shownModel: asked };
}

/** Resolves `<endpoint>/<model>` if there is such an endpoint, otherwise a model of the plain endpoint; null if there is none. */
function resolve(endpoints: readonly ModelEndpoint[], asked: string): { endpoint: ModelEndpoint; modelId: string } | null {
  if (asked === "") return null;
  const slash = Math.max(asked.indexOf("/"), 0);
  const named = endpoints.find(({ id }) => id === asked.slice(0, slash));
  if (named) return { endpoint: named, modelId: asked.slice(slash + 1) };
  const plain = endpoints.find(({ id }) => id === PLAIN_ENDPOINT);
  return plain ? { endpoint: plain, modelId: asked } : null;
}
