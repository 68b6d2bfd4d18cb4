import { ModeId, ModelRef } from "../../chats/chat.ts";
import { shorten } from "../../text/cut-text.ts";
import type { Agent, AgentModel } from "../agent.ts";

const MAX_CHOICES = 1_000;
const MAX_VERSION_CHARS = 100;
const MAX_LABEL_CHARS = 200;
const MAX_DESCRIPTION_CHARS = 2_000;

/** Cuts what an agent calls its version. */
export const limitVersion = (version: string): string => shorten(version, MAX_VERSION_CHARS);

/**
 * Limits the modes that an agent names: texts are cut, and the first thousand are kept. One whose id cannot be sent with a prompt is left out,
 * because a cut id would be another mode's.
 */
export function limitModes(modes: Agent["modes"]): Agent["modes"] {
  return modes
    .filter(({ id }) => id !== "" && ModeId.safeParse(id).success)
    .slice(0, MAX_CHOICES)
    .map(({ id, label, description }) => ({
      id,
      label: shorten(label || id, MAX_LABEL_CHARS),
      description: shorten(description, MAX_DESCRIPTION_CHARS),
    }));
}

/** As {@link limitModes}, for models. */
export function limitModels(models: readonly AgentModel[]): AgentModel[] {
  return models
    .filter(({ id }) => isModelId(id))
    .slice(0, MAX_CHOICES)
    .map(({ id, label, isScripted, takesImages }) => ({
      id,
      label: shorten(label || id, MAX_LABEL_CHARS),
      isScripted,
      ...(takesImages === undefined ? {} : { takesImages }),
    }));
}

/** Whether a model of this id can be named in a prompt. */
export const isModelId = (id: string): boolean => id !== "" && ModelRef.safeParse(id).success;
