import { isModelId } from "@boocode/shared/agents/learning/limit-learned";
import { z } from "zod";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";

const LIMIT_MS = 2_000;
const MAX_MODELS = 1_000;

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Those that a prompt can name, under the endpoint's id. */
const listSendable = (endpointId: string, models: readonly string[]) =>
  models.filter((model) => model !== "" && isModelId(`${endpointId}/${model}`));

/** Lists the model ids of an OpenAI-compatible endpoint, in its order; null if it does not return a list in time. */
export async function listEndpointModels({ id, baseUrl, apiKey }: ModelEndpoint): Promise<string[] | null> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: { accept: "application/json", ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const parsed = Models.safeParse(await response.json());
    return response.ok && parsed.success
      ? listSendable(
          id,
          parsed.data.data.map(({ id: model }) => model),
        ).slice(0, MAX_MODELS)
      : null;
  } catch {
    // The endpoint is down, too slow or not such a server, so it offers nothing now.
    return null;
  }
}
