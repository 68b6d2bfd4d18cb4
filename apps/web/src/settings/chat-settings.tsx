import type { AgentId } from "@boocode/shared/ids";
import { AgentIcon } from "../agents/agent-icon.tsx";
import { availableFirst, useAgents, withScripted } from "../agents/use-agents.ts";
import { isSaved, useChangeSettings, useSettings } from "../api/use-settings.ts";
import { Combobox } from "../ui/popups/combobox.tsx";
import { Row, Section } from "./section.tsx";

/** The option in which no model is named and the agent uses its own default. */
const OWN_DEFAULT = "";

/** What a new chat begins with. */
export function ChatSettings() {
  const settings = useSettings();
  const change = useChangeSettings();
  const agents = useAgents() ?? [];
  const chosen = agents.find((agent) => agent.id === settings?.defaultAgent);
  const models = [
    { value: OWN_DEFAULT, label: "The agent's own default" },
    ...(chosen?.models ?? []).map((model) => ({ value: model.id, label: withScripted(model) })),
  ];
  return (
    <Section title="New chats" hint="The settings a new chat starts with. Each can be changed at any time.">
      <Row label="Agent" isSaved={isSaved(change, "defaultAgent")}>
        <Combobox
          label="Default agent"
          variant="field"
          side="bottom"
          value={settings?.defaultAgent ?? null}
          options={availableFirst(agents).map((agent) => ({
            value: agent.id,
            label: agent.name,
            hint: agent.available ? (agent.version ?? undefined) : "not available",
            disabled: !agent.available,
            icon: <AgentIcon agent={agent.id} size={14} />,
          }))}
          onChange={(agent) => change.mutate({ defaultAgent: agent as AgentId, defaultModel: OWN_DEFAULT })}
        />
      </Row>
      <Row label="Model" isSaved={isSaved(change, "defaultModel") && !isSaved(change, "defaultAgent")}>
        <Combobox
          label="Default model"
          variant="field"
          side="bottom"
          value={settings?.defaultModel ?? null}
          options={models}
          onChange={(defaultModel) => change.mutate({ defaultModel })}
        />
      </Row>
    </Section>
  );
}
