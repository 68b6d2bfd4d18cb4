import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";

/** An endpoint with the models it has now. */
export interface OfferedEndpoint {
  endpoint: ModelEndpoint;
  modelIds: readonly string[];
}

/** A plugin, by its file. */
const HIDE_SECRETS = new URL("hide-secrets.ts", import.meta.url).href;

/**
 * What a server is told beside the person's own configuration, which it is merged into: our endpoints as providers, no sharing,
 * and what keeps that from the agent's own commands.
 * opencode knows nothing of these models, so what they can do is said: they call tools and may reason.
 */
export function toServerConfig(offered: readonly OfferedEndpoint[]): object {
  const provider = Object.fromEntries(
    offered
      .filter(({ modelIds }) => modelIds.length > 0)
      .map(({ endpoint, modelIds }) => [
        endpoint.id,
        {
          npm: "@ai-sdk/openai-compatible",
          name: endpoint.isScripted ? "Demo model (scripted)" : `BooCode: ${endpoint.id}`,
          options: { baseURL: endpoint.baseUrl, ...(endpoint.apiKey === null ? {} : { apiKey: endpoint.apiKey }) },
          models: Object.fromEntries(modelIds.map((id) => [id, { name: id, reasoning: true, tool_call: true }])),
        },
      ]),
  );
  return { $schema: "https://opencode.ai/config.json", share: "disabled", autoupdate: false, provider, plugin: [HIDE_SECRETS] };
}
