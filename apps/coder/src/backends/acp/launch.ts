import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import type { AgentProfile } from "./agent-profiles.ts";

/** How an agent's program is started, and which model it is to use. */
export interface Launch {
  /** Another key means another process. */
  key: string;
  /** Beside what names the program. */
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  /** As the agent names it; null: whatever it has. */
  model: string | null;
  /** The model of an endpoint of ours that its environment names; null: one of its own. */
  startedWith: string | null;
  /** As the person picked it; empty: as the agent says. */
  shownModel: string;
}

export interface LaunchInput {
  profile: Pick<AgentProfile, "argv" | "offer">;
  endpoints: readonly ModelEndpoint[];
  /** Ids of what the endpoints have now, in their order. */
  listOffered(): Promise<readonly string[]>;
  /** Ids of the agent's own models, as far as it has told them. */
  ownModels: readonly string[];
  /** Whether the person has set the agent up with a model of their own. */
  hasOwnModel(): Promise<boolean>;
  defaultModel: string;
  /** What the prompt asks for; empty: nothing. */
  wanted: string;
}

const PLAIN_ENDPOINT = "default";

/**
 * What a model means for an agent: one of our endpoints', which it is told by its environment, or one of its own.
 *
 * Nothing asked for means the default model where one is configured, else whatever the agent was set up with, else the first model
 * of the first endpoint. An agent that cannot be told of endpoints knows only its own.
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

/** `<endpoint>/<model>` where there is such an endpoint, else a model of the plain one; null where there is none. */
function resolve(endpoints: readonly ModelEndpoint[], asked: string): { endpoint: ModelEndpoint; modelId: string } | null {
  if (asked === "") return null;
  const slash = Math.max(asked.indexOf("/"), 0);
  const named = endpoints.find(({ id }) => id === asked.slice(0, slash));
  if (named) return { endpoint: named, modelId: asked.slice(slash + 1) };
  const plain = endpoints.find(({ id }) => id === PLAIN_ENDPOINT);
  return plain ? { endpoint: plain, modelId: asked } : null;
}
