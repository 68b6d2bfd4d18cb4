import type { BackendLogger, PromptInput, TurnEnd } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../../../platform/time.ts";
import type { OpencodeClient, OpencodeModel } from "../wire/opencode-client.ts";

/** What a turn works with. */
export interface TurnDeps {
  client: OpencodeClient;
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

/** The model and mode for a turn. Null: opencode chooses. */
export interface TurnChoice {
  model: OpencodeModel | null;
  mode: string | null;
}

/** How a turn ended, and why. */
export type TurnEndReason = Pick<TurnEnd, "state" | "cause" | "evidence">;
