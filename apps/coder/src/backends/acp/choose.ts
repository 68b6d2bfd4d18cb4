import { cutText } from "@boocode/shared/text/cut-text";
import type { AcpSession } from "./acp-session.ts";
import type { SessionState } from "./session-state.ts";
import { describeError } from "./to-turn-end.ts";
import { RpcError } from "./wire/rpc-errors.ts";

/** The model and mode wanted for a prompt. */
export interface WantedChoice {
  /** One of the agent's own models, by the agent's id; null keeps its current one. */
  model: string | null;
  /** The endpoint model set in its environment, or null. */
  startedWith: string | null;
  /** The model's name for display; empty: as the agent reports it. */
  shownModel: string;
  /** Empty: the agent's own setting. */
  mode: string;
}

/** Names for the agent's default mode, unless the agent has a mode of that name. */
const USUAL_MODES: ReadonlySet<string> = new Set(["", "auto", "own"]);
const LIMIT_MS = 20_000;
const MAX_NAME_CHARS = 200;

/**
 * Sets the model and mode of a session for the next prompt if they differ. Returns what could not be set, in sentences for the person.
 * Rejects if the agent did not answer.
 */
export async function choose(session: AcpSession, wanted: WantedChoice): Promise<string[]> {
  const refused: string[] = [];
  /** Returns null if the agent refused. */
  const tell = async (what: string, telling: Promise<unknown>): Promise<{ answer: unknown } | null> => {
    try {
      return { answer: await telling };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      refused.push(`The agent did not accept the ${what}: ${cutText(describeError(error), 500)}`);
      return null;
    }
  };
  await chooseModel(session, wanted, refused, tell);
  await chooseMode(session, wanted, refused, tell);
  return refused;
}

/** The name of the answering model for display. An agent may keep its own model despite the setting. */
export function toShownModel(state: SessionState, { startedWith, shownModel }: WantedChoice): string {
  const isAsWanted = startedWith !== null && (state.model === null || isModel(state, startedWith));
  return cutText(isAsWanted ? shownModel : (state.model ?? "default"), MAX_NAME_CHARS);
}

type Tell = (what: string, telling: Promise<unknown>) => Promise<{ answer: unknown } | null>;

async function chooseModel(
  { state, connection, sessionId }: AcpSession,
  { model, startedWith }: WantedChoice,
  refused: string[],
  tell: Tell,
): Promise<void> {
  const name = model ?? startedWith;
  if (name === null || isModel(state, name)) return;
  const { modelSwitch } = state;
  const choice = state.models.find(({ id }) => id === name) ?? state.models.find(({ label }) => label === name);
  // An agent may use the model in its environment without listing it. One that reports no models has accepted it.
  if (model === null && (state.model === null || modelSwitch === null)) return;
  if (modelSwitch === null || (model !== null && !choice)) {
    refused.push(`The agent does not offer the model ${cutText(name, MAX_NAME_CHARS)} and uses its own.`);
    return;
  }
  const id = choice?.id ?? name;
  const told = await tell(
    "model",
    modelSwitch.by === "config"
      ? connection.request("session/set_config_option", { sessionId, configId: modelSwitch.configId, value: id }, LIMIT_MS)
      : connection.request("session/set_model", { sessionId, modelId: id }, LIMIT_MS),
  );
  if (told === null) return;
  // Some agents answer with their current model, which may differ from the requested one.
  if (!state.readBack(told.answer)) state.model = id;
  if (!isModel(state, name))
    refused.push(`The agent keeps its model ${cutText(state.model ?? "", MAX_NAME_CHARS)} instead of ${cutText(name, MAX_NAME_CHARS)}.`);
}

async function chooseMode(
  { state, connection, sessionId }: AcpSession,
  wanted: WantedChoice,
  refused: string[],
  tell: Tell,
): Promise<void> {
  const isOwn = state.modes.some(({ id }) => id === wanted.mode);
  const mode = isOwn ? wanted.mode : state.usualMode;
  if (!isOwn && !USUAL_MODES.has(wanted.mode)) refused.push(explainMode(state, wanted.mode, mode));
  if (mode === null || mode === state.mode) return;
  const before = state.mode;
  // Set the mode before the agent reports it, because a requested change needs no notice.
  state.mode = mode;
  if (!(await tell("mode", connection.request("session/set_mode", { sessionId, modeId: mode }, LIMIT_MS)))) state.mode = before;
}

function explainMode({ modes }: SessionState, wanted: string, used: string | null): string {
  const lacks = `The agent has no mode ${cutText(wanted, MAX_NAME_CHARS)}`;
  if (used === null) return `${lacks}, nor any other to choose from, and works as it is set up.`;
  return `${lacks} and works in its usual mode ${cutText(modes.find(({ id }) => id === used)?.label ?? used, MAX_NAME_CHARS)}.`;
}

/** Whether the current model matches. Some agents add to the id: qwen adds the provider. */
function isModel({ model, models }: SessionState, name: string): boolean {
  return model !== null && (model === name || models.some(({ id, label }) => id === model && label === name));
}
