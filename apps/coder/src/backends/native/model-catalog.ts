import type { AgentModel } from "@boocode/shared/agents/agent";
import { isModelId } from "@boocode/shared/agents/learning/limit-learned";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { z } from "zod";
import { describeRemoved } from "@boocode/shared/settings/removed-endpoints";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";
import { messageOfBody, ModelFailure } from "./wire/model-failure.ts";
import { readBounded, reasonOf } from "./wire/watched-fetch.ts";

/** How long an endpoint may take to list its models. */
const LIST_TIME_LIMIT_MS = 2_000;
const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_MODELS = 1_000;
const PLAIN_ENDPOINT = "default";

/** Few servers say what a model takes: OpenRouter and its like, and Mistral. */
const ListedModel = z.object({
  id: z.string(),
  architecture: z
    .object({ input_modalities: z.array(z.string()) })
    .optional()
    .catch(undefined),
  capabilities: z.object({ vision: z.boolean() }).optional().catch(undefined),
});
const ModelList = z.object({ data: z.array(ListedModel) });

/** A model that a prompt can be sent to. */
export interface ResolvedModel {
  endpoint: ModelEndpoint;
  /** The endpoint's name for the model. */
  modelId: string;
  /** BooCode's name for the model. */
  fullId: string;
}

/** The endpoints to choose from, and which are not there any more. */
export interface ModelEndpoints {
  endpoints: readonly ModelEndpoint[];
  isRemoved(endpointId: string): boolean;
}

/** Lists the models of these endpoints, in their order. An endpoint that does not answer in time contributes none. */
export async function listModels(endpoints: readonly ModelEndpoint[]): Promise<AgentModel[]> {
  const lists = await Promise.all(
    endpoints.map(async (endpoint) => {
      const listed = await fetchModels(endpoint).catch(() => []);
      return listed.map(({ id, takesImages }) => ({
        id: toFullId(endpoint, id),
        label: endpoint.isScripted ? "Demo model (scripted)" : toFullId(endpoint, id),
        isScripted: endpoint.isScripted,
        ...(takesImages === undefined ? {} : { takesImages }),
      }));
    }),
  );
  return lists.flat();
}

/**
 * Finds the endpoint of a model id: `<endpoint>/<id>` if there is such an endpoint, otherwise the plain endpoint. An empty id means
 * `defaultModel`; if that is empty too, the first model of the first endpoint. Throws {@link ModelFailure}, also for a model of an endpoint
 * that was removed.
 */
export async function resolveModel({ endpoints, isRemoved }: ModelEndpoints, defaultModel: string, wanted: string): Promise<ResolvedModel> {
  const id = wanted || defaultModel;
  if (id === "") return firstModel(endpoints);
  const slash = id.indexOf("/");
  const named = endpoints.find((endpoint) => endpoint.id !== PLAIN_ENDPOINT && endpoint.id === id.slice(0, Math.max(slash, 0)));
  if (named) return { endpoint: named, modelId: id.slice(slash + 1), fullId: id };
  const removed = describeRemoved(id, isRemoved);
  if (removed !== null) throw new ModelFailure("agent_unavailable", removed);
  const plain = endpoints.find((endpoint) => endpoint.id === PLAIN_ENDPOINT);
  if (!plain)
    throw new ModelFailure(
      "agent_unavailable",
      `No endpoint is set up for the model “${id}”. Add one in the settings, or choose another model.`,
    );
  return { endpoint: plain, modelId: id, fullId: id };
}

async function firstModel(endpoints: readonly ModelEndpoint[]): Promise<ResolvedModel> {
  const endpoint = endpoints[0];
  if (!endpoint) throw new ModelFailure("agent_unavailable", "No model endpoint is set up.");
  try {
    const [first] = await fetchModels(endpoint);
    if (first) return { endpoint, modelId: first.id, fullId: toFullId(endpoint, first.id) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { fault } = error;
    if (fault.kind === "endpoint_unreachable")
      throw new ModelFailure("model_unreachable", `Nothing answers at ${endpoint.baseUrl}: ${fault.reason}.`);
    if (fault.kind === "endpoint_refused" && fault.status !== 404) {
      throw new ModelFailure("model_refused", `${endpoint.baseUrl} answered ${fault.status}: ${fault.reason}`, fault.status);
    }
  }
  throw new ModelFailure("agent_unavailable", `${endpoint.baseUrl} lists no models. Choose one by name, or set BOOCODE_DEFAULT_MODEL.`);
}

/** Fetches the models that a prompt can name, and whether they take images, in the endpoint's order. Throws the faults `endpoint_unreachable` and `endpoint_refused`. */
async function fetchModels(endpoint: ModelEndpoint): Promise<{ id: string; takesImages: boolean | undefined }[]> {
  const { baseUrl, apiKey } = endpoint;
  const url = `${baseUrl}/models`;
  const unreachable = (reason: string) => new DomainError({ kind: "endpoint_unreachable", url: baseUrl, reason });
  if (!/^https?:\/\/[^\s]+$/i.test(url) || !URL.canParse(url)) throw unreachable("it is not an http address");
  const response = await fetch(url, {
    headers: { accept: "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    signal: AbortSignal.timeout(LIST_TIME_LIMIT_MS),
  }).catch((error: unknown) => {
    throw unreachable((error as Error).name === "TimeoutError" ? `no answer within ${LIST_TIME_LIMIT_MS / 1_000} s` : reasonOf(error));
  });
  const body = await readBounded(response, MAX_LIST_BYTES);
  const refused = (reason: string) =>
    new DomainError({
      kind: "endpoint_refused",
      url: baseUrl,
      status: response.status,
      reason: apiKey ? reason.replaceAll(apiKey, "[key]") : reason,
    });
  if (!response.ok) throw refused(messageOfBody(body) || response.statusText);
  const parsed = ModelList.safeParse(parseJson(body));
  if (!parsed.success) throw refused("it does not answer with a list of models, as an OpenAI-compatible server does");
  return parsed.data.data
    .filter(({ id }) => id !== "" && isModelId(toFullId(endpoint, id)))
    .slice(0, MAX_MODELS)
    .map(({ id, architecture, capabilities }) => ({
      id,
      takesImages: capabilities?.vision ?? architecture?.input_modalities.includes("image"),
    }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const toFullId = (endpoint: ModelEndpoint, id: string) => (endpoint.id === PLAIN_ENDPOINT ? id : `${endpoint.id}/${id}`);
