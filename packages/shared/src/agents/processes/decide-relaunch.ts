/** What a process was started with that cannot be changed while it runs. Two values of `command` or `at` are only compared. */
export interface StartFacts {
  /** Stands for the agent's program, with the arguments and variables that the person set. */
  command: string;
  /** The endpoint that BooCode's variables name, and what stands for its address and key; null if the agent uses its own. */
  endpoint: { id: string; at: string } | null;
  /** The endpoint's model that those variables name; null if the agent uses its own models. */
  model: string | null;
}

export type RelaunchDecision = { kind: "keep" } | { kind: "start_anew"; because: "command" | "endpoint" | "model" };

/**
 * Decides whether the next prompt needs another process than the one that runs. What the protocol sets in place is no reason and does not
 * stand here: a mode, and a model of the agent's own. opencode and the native agent take model and mode with each prompt, and a command line
 * has a process for each turn.
 */
export function decideRelaunch(running: StartFacts, wanted: StartFacts): RelaunchDecision {
  if (running.command !== wanted.command) return { kind: "start_anew", because: "command" };
  if (running.endpoint?.id !== wanted.endpoint?.id || running.model !== wanted.model) return { kind: "start_anew", because: "model" };
  return running.endpoint?.at === wanted.endpoint?.at ? { kind: "keep" } : { kind: "start_anew", because: "endpoint" };
}
