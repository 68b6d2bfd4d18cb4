import type { Agent } from "@boocode/shared/agents/agent";
import type { ComboboxOption } from "../ui/popups/combobox-option.ts";
import { Combobox } from "../ui/popups/combobox.tsx";
import { AgentIcon } from "./agent-icon.tsx";
import { availableFirst, findModel, withScripted } from "./use-agents.ts";

/** The agent, model and mode a prompt is sent with. An empty `model` or `mode` means the agent's own default. */
export interface AgentChoice {
  agent: string;
  model: string;
  mode: string;
}

type AgentPickersProps = { agents: readonly Agent[]; choice: AgentChoice; onChange: (choice: AgentChoice) => void };

/**
 * Agent, model and mode as quiet comboboxes; a model that is the only one is only named. Agents that
 * are not available are listed last, with what is missing or the command that installs them.
 */
export function AgentPickers({ agents, choice, onChange }: AgentPickersProps) {
  const agent = agents.find((each) => each.id === choice.agent);
  const model = findModel(agent, choice.model);
  const models = agent?.models ?? [];
  const modes = agent?.modes ?? [];
  return (
    <>
      <Combobox
        label="Agent"
        className="shrink-0"
        options={availableFirst(agents).map(toAgentOption)}
        value={choice.agent}
        onChange={(next) => onChange({ agent: next, model: "", mode: "" })}
        placeholder={choice.agent}
        emptyText="No agent of that name"
      />
      {(models.length > 0 || choice.model !== "") && (
        <Combobox
          label="Model"
          options={models.map((each) => ({ value: each.id, label: withScripted(each) }))}
          value={model?.id ?? null}
          onChange={(next) => onChange({ ...choice, model: next })}
          placeholder={choice.model || agent?.defaultModel || "Default model"}
          emptyText="No model of that name"
          disabled={models.length === 0}
          isOnly={model !== undefined && models.length === 1}
        />
      )}
      {modes.length > 1 && (
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
    hint: agent.available ? toHint(agent) : "not available",
    detail: agent.available ? undefined : agent.installHint ? <code>{agent.installHint}</code> : (agent.problem ?? agent.diagnosis),
    icon: <AgentIcon agent={agent.id} size={14} className={agent.available ? "" : "opacity-50"} />,
    disabled: !agent.available,
  };
}

function toHint({ version, transport }: Agent): string | undefined {
  const words = [version, transport === "cli" ? "command line" : null].filter((word) => word !== null);
  return words.length > 0 ? words.join(" · ") : undefined;
}
