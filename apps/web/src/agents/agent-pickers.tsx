import type { Agent } from "@boocode/shared/agents/agent";
import type { ComboboxOption } from "../ui/popups/combobox-option.ts";
import { Combobox } from "../ui/popups/combobox.tsx";
import { AgentIcon } from "./agent-icon.tsx";
import { findModel, withScripted } from "./use-agents.ts";

/** The agent, model and mode a prompt is sent with. An empty `model` or `mode` means the agent's own default. */
export interface AgentChoice {
  agent: string;
  model: string;
  mode: string;
}

type AgentPickersProps = { agents: readonly Agent[]; choice: AgentChoice; onChange: (choice: AgentChoice) => void };

/** Agent, model and mode as three quiet comboboxes. Agents that are not installed are listed with their install command. */
export function AgentPickers({ agents, choice, onChange }: AgentPickersProps) {
  const agent = agents.find((each) => each.id === choice.agent);
  const model = findModel(agent, choice.model);
  const modes = agent?.modes ?? [];
  return (
    <>
      <Combobox
        label="Agent"
        className="shrink-0"
        options={agents.map(toAgentOption)}
        value={choice.agent}
        onChange={(next) => onChange({ agent: next, model: "", mode: "" })}
        placeholder={choice.agent}
        emptyText="No agent of that name"
      />
      <Combobox
        label="Model"
        options={(agent?.models ?? []).map((each) => ({ value: each.id, label: withScripted(each) }))}
        value={model?.id ?? null}
        onChange={(next) => onChange({ ...choice, model: next })}
        placeholder={choice.model || "Default model"}
        emptyText="No model of that name"
        disabled={(agent?.models.length ?? 0) === 0}
      />
      {modes.length > 0 && (
        <Combobox
          label="Mode"
          className="shrink-0"
          options={modes.map((each) => ({ value: each.id, label: each.label, detail: each.description }))}
          value={choice.mode || (modes[0]?.id ?? null)}
          onChange={(next) => onChange({ ...choice, mode: next })}
          emptyText="No mode of that name"
        />
      )}
    </>
  );
}

function toAgentOption(agent: Agent): ComboboxOption {
  return {
    value: agent.id,
    label: agent.name,
    hint: agent.available ? (agent.version ?? undefined) : "not available",
    detail: agent.available ? undefined : agent.installHint ? <code>{agent.installHint}</code> : agent.diagnosis,
    icon: <AgentIcon agent={agent.id} size={14} className={agent.available ? "" : "opacity-50"} />,
    disabled: !agent.available,
  };
}
