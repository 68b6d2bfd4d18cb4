import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { SessionAnswer, type SessionUpdate } from "./wire/acp-wire.ts";

export interface NamedChoice {
  id: string;
  label: string;
  description: string;
}

const NOTHING_SAID: SessionAnswer = { configOptions: [], sessionId: null, modes: null, models: null };

/** How to switch an agent's model. */
export type ModelSwitch = { by: "config"; configId: string } | { by: "set_model" };

/** The session state that an agent reported, in and between turns. */
export class SessionState {
  modes: readonly NamedChoice[] = [];
  mode: string | null = null;
  /** The mode that the session began with. */
  usualMode: string | null = null;
  models: readonly { id: string; label: string }[] = [];
  model: string | null = null;
  modelSwitch: ModelSwitch | null = null;
  /** The session's cost so far, in US dollars; null if it was not reported. */
  cost: number | null = null;
  /** True if the session has turns of an earlier process, whose cost is unknown until the agent reports it. */
  isContinued = false;
  contextUsed: number | null = null;
  contextSize: number | null = null;
  #title: string | null = null;
  /** The agent's commands; null until it announces them. */
  commands: readonly SlashCommand[] | null = null;
  /** Called when the agent has announced its commands. */
  onCommands: (commands: readonly SlashCommand[]) => void = () => {};
  #toldTitle: string | null = null;
  #areCommandsTold = true;

  /** Applies the answer that opened the session. */
  begin(answer: SessionAnswer): void {
    if (answer.modes) {
      this.mode = answer.modes.currentModeId;
      this.usualMode ??= this.mode;
      this.modes = answer.modes.availableModes.map(({ id, name, description }) => ({
        id,
        label: name || id,
        description: description ?? "",
      }));
    }
    if (answer.models) {
      this.model = answer.models.currentModelId;
      this.models = answer.models.availableModels.map(({ modelId, name }) => ({ id: modelId, label: name || modelId }));
      this.modelSwitch = { by: "set_model" };
    }
    this.#configure(answer.configOptions);
  }

  /** Applies an update of the session, not of a turn. Returns whether it was one. */
  take(update: SessionUpdate): boolean {
    switch (update.sessionUpdate) {
      case "available_commands_update":
        this.commands = update.availableCommands;
        this.#areCommandsTold = false;
        this.onCommands(this.commands);
        return true;
      case "session_info_update":
        this.#title = update.title ?? this.#title;
        return true;
      case "current_mode_update":
        this.mode = update.currentModeId;
        return true;
      case "config_option_update":
        this.#configure(update.configOptions);
        return true;
      case "usage_update":
        this.contextUsed = update.used ?? this.contextUsed;
        // Some agents report 0 if they do not know it.
        this.contextSize = update.size || this.contextSize;
        if (update.cost?.currency === "USD") this.cost = update.cost.amount;
        return true;
      default:
        return false;
    }
  }

  /** Applies the agent's answer to a configuration change. Returns false if the answer has no configuration. */
  readBack(answered: unknown): boolean {
    const { configOptions } = SessionAnswer.catch(NOTHING_SAID).parse(answered ?? {});
    this.#configure(configOptions);
    return configOptions.some(({ category, currentValue }) => category === "model" && currentValue != null);
  }

  /** Returns events for changes that were not reported yet. */
  news(agentSessionId: string): AgentEvent[] {
    const events: AgentEvent[] = [];
    if (this.#title !== this.#toldTitle) {
      this.#toldTitle = this.#title;
      events.push({ type: "session.updated", agentSessionId, title: this.#title });
    }
    if (!this.#areCommandsTold) {
      this.#areCommandsTold = true;
      events.push({ type: "commands.updated", commands: [...(this.commands ?? [])] });
    }
    return events;
  }

  #configure(options: SessionAnswer["configOptions"]): void {
    for (const { id, category, currentValue, options: choices } of options) {
      if (category !== "model") continue;
      const flat = choices.flatMap((choice) => ("value" in choice ? [choice] : choice.options));
      if (flat.length > 0) this.models = flat.map(({ value, name }) => ({ id: value, label: name || value }));
      this.model = currentValue ?? this.model;
      this.modelSwitch = { by: "config", configId: id };
    }
  }
}
