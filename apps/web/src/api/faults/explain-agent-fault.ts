import type { Fault } from "@boocode/shared/faults/fault";

/** The faults of agents. */
export type AgentFault = Extract<Fault, { kind: "agent_not_found" | "agent_unavailable" | "agent_in_use" | "login_required" }>;

interface AgentExplanation {
  title: string;
  hint: string;
  action: "choose_agent" | "retry" | null;
}

/** The text shown when an agent cannot do what was asked. */
export function explainAgentFault(fault: AgentFault): AgentExplanation {
  const { agent } = fault;
  switch (fault.kind) {
    case "agent_not_found":
      return { title: `There is no agent called ${agent}`, hint: "Choose another one.", action: "choose_agent" };
    case "agent_unavailable":
      return { title: `${agent} cannot be used here`, hint: fault.hint, action: "choose_agent" };
    case "agent_in_use":
      return { ...explainUse(agent, fault.because), action: null };
    case "login_required": {
      const ways = fault.ways.length === 0 ? "" : ` (${fault.ways.join(", ")})`;
      return {
        title: `${agent} needs you to log in`,
        hint: `Run it once in a terminal and log in there${ways}, then try again.`,
        action: "retry",
      };
    }
  }
}

function explainUse(agent: string, because: Extract<AgentFault, { kind: "agent_in_use" }>["because"]): { title: string; hint: string } {
  switch (because) {
    case "busy":
      return { title: `${agent} is working`, hint: "Nothing was ended. Wait for its turn to end, or stop it." };
    case "permission":
      return { title: `${agent} is asking you something`, hint: "Nothing was ended. Answer it, or stop its turn." };
    case "programs":
      return { title: `Programs that ${agent} started are still running`, hint: "Nothing was ended. End them first, or end them with it." };
    case "update":
      return { title: `${agent} is being updated`, hint: "Wait until that is done." };
  }
}
