import type { HideSecretsOptions } from "./hide-secrets.ts";
import type { ModelEndpoint } from "@boocode/shared/agents/agent-backend";

/** An endpoint with its current models. */
export interface OfferedEndpoint {
  endpoint: ModelEndpoint;
  modelIds: readonly string[];
}

/** The plugin's file URL. */
const HIDE_SECRETS = new URL("hide-secrets.ts", import.meta.url).href;

/**
 * Makes the configuration that is merged into the person's own: our endpoints as providers, sharing off, and the plugin that hides this
 * configuration from the agent's commands. opencode does not know these models, so their capabilities are declared: they call tools and may
 * reason. `portNotes`: where the plugin finds the ports of each worktree.
 */
export function toServerConfig(offered: readonly OfferedEndpoint[], portNotes: string): object {
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
  const options: HideSecretsOptions = { portNotes };
  return { $schema: "https://opencode.ai/config.json", share: "disabled", autoupdate: false, provider, plugin: [[HIDE_SECRETS, options]] };
}
