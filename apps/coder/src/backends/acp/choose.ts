import { cutText } from "@boocode/shared/text/cut-text";
import type { AcpSession } from "./acp-session.ts";
import type { SessionState } from "./session-state.ts";
import { RpcError } from "./wire/rpc-errors.ts";

/** What a prompt is to be answered with. */
export interface WantedChoice {
  /** One of its own, as the agent names it; null: whatever it has. */
  model: string | null;
  /** The model of an endpoint that its environment names; null: none. */
  startedWith: string | null;
  /** As it is shown; empty: as the agent says. */
  shownModel: string;
  /** Empty: as the agent was set up. */
  mode: string;
}

/** Every agent's usual way, under the names that mean it where the agent has no mode of that name. */
const USUAL_MODES: ReadonlySet<string> = new Set(["", "auto", "own"]);
const LIMIT_MS = 20_000;
const MAX_NAME_CHARS = 200;

/**
 * Tells a session which model and which mode the next prompt wants, where it has others now. Answers what it could not be told, in
 * sentences for the person. Rejects where the agent did not answer.
 */
export async function choose(session: AcpSession, wanted: WantedChoice): Promise<string[]> {
  const refused: string[] = [];
  /** Null where the agent refused it. */
  const tell = async (what: string, telling: Promise<unknown>): Promise<{ answer: unknown } | null> => {
    try {
      return { answer: await telling };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      refused.push(`The agent did not take the ${what}: ${cutText(error.message, 500)}`);
      return null;
    }
  };
  await chooseModel(session, wanted, refused, tell);
  await chooseMode(session, wanted, refused, tell);
  return refused;
}

/** What answers a prompt, as it is shown: an agent may keep to a model of its own, whatever it was told. */
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
  // What its environment names it may have without listing it; one that says nothing of models has taken it.
  if (model === null && (state.model === null || modelSwitch === null)) return;
  if (modelSwitch === null || (model !== null && !choice)) {
    refused.push(`The agent has no model ${cutText(name, MAX_NAME_CHARS)} to choose, and uses its own.`);
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
  // Some answer with what they have now, which need not be what they were told.
  if (!state.readBack(told.answer)) state.model = id;
  if (!isModel(state, name))
    refused.push(
      `The agent goes on with its model ${cutText(state.model ?? "", MAX_NAME_CHARS)}, not with ${cutText(name, MAX_NAME_CHARS)}.`,
    );
}

async function chooseMode(
  { state, connection, sessionId }: AcpSession,
  wanted: WantedChoice,
  refused: string[],
  tell: Tell,
): Promise<void> {
  const isOwn = state.modes.some(({ id }) => id === wanted.mode);
  const mode = isOwn ? wanted.mode : state.usualMode;
  if (!isOwn && !USUAL_MODES.has(wanted.mode)) refused.push(`The agent has no mode ${wanted.mode}, and works in its own.`);
  if (mode === null || mode === state.mode) return;
  const before = state.mode;
  // Before it says so itself: what was asked for is no news.
  state.mode = mode;
  if (!(await tell("mode", connection.request("session/set_mode", { sessionId, modeId: mode }, LIMIT_MS)))) state.mode = before;
}

/** Some name a model by more than its id: qwen's has the provider around it. */
function isModel({ model, models }: SessionState, name: string): boolean {
  return model !== null && (model === name || models.some(({ id, label }) => id === model && label === name));
}
