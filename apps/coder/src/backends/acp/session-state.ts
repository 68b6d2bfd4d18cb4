import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { SessionAnswer, type SessionUpdate } from "./wire/acp-wire.ts";

export interface NamedChoice {
  id: string;
  label: string;
  description: string;
}

const NOTHING_SAID: SessionAnswer = { configOptions: [], sessionId: null, modes: null, models: null };

/** How a choice of models is told to the agent. */
export type ModelSwitch = { by: "config"; configId: string } | { by: "set_model" };

/** What an agent has said of its session, in and between turns. */
export class SessionState {
  modes: readonly NamedChoice[] = [];
  mode: string | null = null;
  /** The one it began with. */
  usualMode: string | null = null;
  models: readonly { id: string; label: string }[] = [];
  model: string | null = null;
  modelSwitch: ModelSwitch | null = null;
  /** Of the session so far, in US dollars. */
  cost: number | null = null;
  contextUsed: number | null = null;
  contextSize: number | null = null;
  #title: string | null = null;
  #commands: Extract<AgentEvent, { type: "commands.updated" }>["commands"] = [];
  #toldTitle: string | null = null;
  #areCommandsTold = true;

  /** Takes what opening the session gave. */
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

  /** Takes an update that is of the session rather than of a turn. Answers whether it was one. */
  take(update: SessionUpdate): boolean {
    switch (update.sessionUpdate) {
      case "available_commands_update":
        this.#commands = update.availableCommands;
        this.#areCommandsTold = false;
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
        // Some say 0 where they do not know it.
        this.contextSize = update.size || this.contextSize;
        if (update.cost?.currency === "USD") this.cost = update.cost.amount;
        return true;
      default:
        return false;
    }
  }

  /** Takes what the agent answers to a change of its configuration. False: it says nothing of it. */
  readBack(answered: unknown): boolean {
    const { configOptions } = SessionAnswer.catch(NOTHING_SAID).parse(answered ?? {});
    this.#configure(configOptions);
    return configOptions.some(({ category, currentValue }) => category === "model" && currentValue != null);
  }

  /** What a reader has not been told yet. */
  news(agentSessionId: string): AgentEvent[] {
    const events: AgentEvent[] = [];
    if (this.#title !== this.#toldTitle) {
      this.#toldTitle = this.#title;
      events.push({ type: "session.updated", agentSessionId, title: this.#title });
    }
    if (!this.#areCommandsTold) {
      this.#areCommandsTold = true;
      events.push({ type: "commands.updated", commands: this.#commands });
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
