import type { CommandCall } from "@boocode/shared/agents/commands/slash-command";
import type { BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../../../platform/time.ts";
import type { ServerClient, OpencodeModel } from "../wire/opencode-client.ts";

/** What a turn works with. */
export interface TurnDeps {
  client: ServerClient;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** The worktree, as opencode knows it. */
  directory: string;
  sessionId: string;
  contextSizeOf(model: string): number | null;
  /** How long nothing may come of a turn before opencode is asked about it. */
  silenceMs: number;
  /** How long a stop may take before the turn is over whatever opencode says. */
  fenceMs: number;
  /** Called when opencode ignored a stop: the directory's instance and everything it runs must be ended. */
  onFenced(): void;
}

/** What a prompt's turn begins with. */
export interface TurnInput {
  prompt: PromptInput;
  /** The id of the prompt's message. */
  promptId: string;
  /** The last reported title of the session. */
  title: string | null;
}

/** What a turn begins with. A model or mode of null: opencode chooses. */
export interface TurnChoice {
  /** The command of opencode's own that the prompt calls; null for any other prompt. */
  call: CommandCall | null;
  model: OpencodeModel | null;
  mode: string | null;
}

/** How a turn ended, and why. */
export type TurnEndReason = Pick<TurnEnd, "state" | "cause" | "evidence">;

/** The prompt's model belongs to an endpoint that was removed. The message is for the person. */
export class ModelRemoved extends Error {
  override readonly name = "ModelRemoved";
}

/** The name of a chosen model; empty if opencode chooses. */
export function toModelName(model: OpencodeModel | null): string {
  return model ? `${model.providerID}/${model.modelID}` : "";
}
