import type { Agent } from "../agent.ts";
import type { LearnedAgent } from "./learned-agent.ts";

export interface LearningState {
  available: boolean;
  /** The agent can be asked without a prompt. */
  canLearn: boolean;
  /** Identifies the program as it is now; null if there is none. */
  programKey: string | null;
  /** The version that the program's own `--version` told now. */
  probedVersion: string | null;
  known: Pick<LearnedAgent, "programKey" | "probedVersion"> | null;
  /** Whether the program, as it is now, has told its commands, or was asked in this run of the daemon and has not. */
  hasToldCommands: boolean;
  /** The program that did not answer; null if none did not. */
  failedKey: string | null;
}

/**
 * Decides whether an agent is asked for its modes, models and commands: once for each program and version. One that failed is not asked again until a
 * person wants to look again.
 */
export function decideLearning({
  available,
  canLearn,
  programKey,
  probedVersion,
  known,
  hasToldCommands,
  failedKey,
}: LearningState): "ask" | "known" | "leave" {
  if (!canLearn || programKey === null) return "leave";
  const isSame = known !== null && known.programKey === programKey;
  // A program that only starts another one stays the same when that one is updated.
  const isSameVersion = probedVersion === null || known?.probedVersion === probedVersion;
  if (isSame && isSameVersion && hasToldCommands) return "known";
  return available && failedKey !== programKey ? "ask" : "leave";
}

/** What is known of an agent's start. `reason`: what it said, for a person. */
export type StartOutcome = { kind: "unknown" } | { kind: "works" } | { kind: "failed"; reason: string };

/**
 * Adds to an agent what is known of its start, which tells more than its version: one that starts works, whatever `--version` said; one that
 * does neither cannot be picked; one that told its version and did not start may work another time.
 */
export function applyStart(agent: Agent, start: StartOutcome): Agent {
  // Some have no `--version`, which alone says nothing.
  if (start.kind !== "failed") return { ...agent, problem: null };
  return { ...agent, available: agent.available && agent.problem === null, problem: start.reason };
}
