import type { AgentModel } from "@boocode/shared/agents/agent";

const SHOWN = 4;

/** Says which models an endpoint answered with: how many, and the first names. */
export function describeModels(models: readonly Pick<AgentModel, "label">[]): string {
  if (models.length === 0) return "It answers, but lists no models.";
  const names = models.slice(0, SHOWN).map(({ label }) => label);
  const rest = models.length - names.length;
  return `It answers with ${models.length === 1 ? "1 model" : `${models.length} models`}: ${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`;
}
