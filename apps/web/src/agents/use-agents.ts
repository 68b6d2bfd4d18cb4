import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";

/** What was found on this machine; undefined until it is known. */
export function useAgents(): readonly Agent[] | undefined {
  return useQuery(trpc.agents.list.queryOptions()).data;
}

/** The model a prompt would go to: the one named, else the agent's default, else none. */
export function findModel(agent: Agent | undefined, model: string): AgentModel | undefined {
  const wanted = model === "" ? agent?.defaultModel : model;
  return agent?.models.find((each) => each.id === wanted);
}

/** What to call a model, by its id alone where the agent no longer lists it. Scripted models say so. */
export function modelLabel(agents: readonly Agent[] | undefined, agentId: string, model: string): string {
  const agent = agents?.find((each) => each.id === agentId);
  const known = findModel(agent, model);
  if (known) return withScripted(known);
  return model === "coder/demo" ? "Demo model (scripted)" : model;
}

/** The label with the word "scripted" in it, whether the daemon has put it there or not. */
export function withScripted(model: AgentModel): string {
  return model.isScripted && !/scripted/i.test(model.label) ? `${model.label} (scripted)` : model.label;
}
