import type { BackendKind } from "../agent.ts";

/** When a turn that a person stopped, and whose agent does not end it, is stopped more firmly: milliseconds since the stop. */
export const STOP_STEPS = {
  /** The agent is asked a second time. */
  askAgainMs: 3_000,
  /** A process that serves one chat gets SIGINT. */
  interruptMs: 6_000,
  /** The same process gets SIGTERM. */
  terminateMs: 9_000,
  /** A process that serves one chat is killed with all it started; the conversation is closed in any case. */
  closeMs: 12_000,
} as const;

/** How firmly a turn is being stopped. */
export type StopStage = "asked" | "asked_again" | "ending_process";

/** The agents whose process serves one chat, so that it can be ended without harm to another. */
const OWN_PROCESS: ReadonlySet<BackendKind> = new Set(["acp", "cli"]);

/** Decides what a stop has come to after `elapsedMs`, for an agent driven by `transport`; null if that is not known. */
export function decideStopStage(elapsedMs: number, transport: BackendKind | null): StopStage {
  if (elapsedMs < STOP_STEPS.askAgainMs) return "asked";
  const isEnding = elapsedMs >= STOP_STEPS.interruptMs && transport !== null && OWN_PROCESS.has(transport);
  return isEnding ? "ending_process" : "asked_again";
}
