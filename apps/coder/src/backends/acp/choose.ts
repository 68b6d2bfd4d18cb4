import type { AcpSession } from "./acp-session.ts";
import { RpcError } from "./wire/rpc-errors.ts";

/** What a prompt is to be answered with. */
export interface WantedChoice {
  /** As the agent names it; null: whatever it has. */
  model: string | null;
  /** As it is shown; empty: as the agent says. */
  shownModel: string;
  /** Empty: as the agent was set up. */
  mode: string;
}

/** Every agent's usual way, under the names that mean it where the agent has no mode of that name. */
const USUAL_MODES: ReadonlySet<string> = new Set(["", "auto", "own"]);
const LIMIT_MS = 20_000;

/**
 * Tells a session which model and which mode the next prompt wants, where it has others now. Answers what it could not be told, in
 * sentences for the person. Rejects where the agent did not answer.
 */
export async function choose(session: AcpSession, wanted: WantedChoice): Promise<string[]> {
  const { state, connection, sessionId } = session;
  const refused: string[] = [];
  const tell = async (what: string, telling: Promise<unknown>): Promise<boolean> => {
    try {
      await telling;
      return true;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      refused.push(`The agent did not take the ${what}: ${error.message.slice(0, 500)}`);
      return false;
    }
  };
  if (wanted.model !== null && wanted.model !== state.model) {
    const { model, modelSwitch } = { model: wanted.model, modelSwitch: state.modelSwitch };
    if (modelSwitch === null || !state.models.some(({ id }) => id === model)) {
      refused.push(`The agent has no model ${model.slice(0, 200)} to choose, and uses its own.`);
    } else {
      const isTaken =
        modelSwitch.by === "config"
          ? await tell(
              "model",
              connection.request("session/set_config_option", { sessionId, configId: modelSwitch.configId, value: model }, LIMIT_MS),
            )
          : await tell("model", connection.request("session/set_model", { sessionId, modelId: model }, LIMIT_MS));
      if (isTaken) state.model = model;
    }
  }
  const isOwn = state.modes.some(({ id }) => id === wanted.mode);
  const mode = isOwn ? wanted.mode : state.usualMode;
  if (!isOwn && !USUAL_MODES.has(wanted.mode)) refused.push(`The agent has no mode ${wanted.mode}, and works in its own.`);
  if (mode !== null && mode !== state.mode) {
    const before = state.mode;
    // Before it says so itself: what was asked for is no news.
    state.mode = mode;
    if (!(await tell("mode", connection.request("session/set_mode", { sessionId, modeId: mode }, LIMIT_MS)))) state.mode = before;
  }
  return refused;
}
