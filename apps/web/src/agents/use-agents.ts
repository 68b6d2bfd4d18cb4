import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";

/** The agents found on this machine; undefined until they are loaded. */
export function useAgents(): readonly Agent[] | undefined {
  return useQuery(trpc.agents.list.queryOptions()).data;
}

/** The agents in their order, those that are not available last. */
export function availableFirst(agents: readonly Agent[]): Agent[] {
  return agents.toSorted((a, b) => Number(b.available) - Number(a.available));
}

/** The model a prompt would go to: the named one, otherwise the agent's default, otherwise undefined. */
export function findModel(agent: Agent | undefined, model: string): AgentModel | undefined {
  const wanted = model === "" ? agent?.defaultModel : model;
  return agent?.models.find((each) => each.id === wanted);
}

/** The display name of a model, or its id if the agent no longer lists it. Scripted models are labelled as scripted. */
export function modelLabel(agents: readonly Agent[] | undefined, agentId: string, model: string): string {
  const agent = agents?.find((each) => each.id === agentId);
  const known = findModel(agent, model);
  if (known) return withScripted(known);
  return model === "coder/demo" ? "Demo model (scripted)" : model;
}

/** The model's label with the word "scripted" in it, added if the daemon's label lacks it. */
export function withScripted(model: AgentModel): string {
  return model.isScripted && !/scripted/i.test(model.label) ? `${model.label} (scripted)` : model.label;
}
