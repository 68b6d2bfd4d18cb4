import type { BackendLogger } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../../platform/time.ts";
import type { ServerGeneration } from "./server/server-generation.ts";
import type { OpencodeModel } from "./wire/opencode-client.ts";

/** What a conversation with opencode works with. */
export interface ConversationDeps {
  generation: ServerGeneration;
  time: Pick<Time, "after" | "elapsedMs">;
  logger: BackendLogger;
  /** The session's worktree. */
  directory: string;
  /** The environment that it was opened with. */
  env: Readonly<Record<string, string>>;
  /** Whether programs of the repository may start. */
  projectTrusted: boolean;
  silenceMs: number;
  fenceMs: number;
  /** How long opencode may take to open a folder. */
  openLimitMs: number;
  now(): number;
  /** Whether a model takes images; null if it is not known. */
  takesImages(wanted: string): Promise<boolean | null>;
  /** Resolves a model name to one of opencode's models; null if opencode chooses. Throws `ModelRemoved`. */
  toModel(wanted: string): Promise<OpencodeModel | null>;
  /** Resolves with the server that replaces one that died. Rejects if there will be none. */
  takeNext(): Promise<ServerGeneration>;
  /** Finds the model for warm-up turns; null if there is none, and then there are no warm-up turns. */
  findScriptedModel(): Promise<OpencodeModel | null>;
}
