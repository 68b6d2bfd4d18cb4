/** The bounds of a loop of requests to a model. */
export interface LoopLimits {
  /** How many requests it may make. */
  maxSteps: number;
  /** How many characters of answers and results its context may hold; null: not limited. */
  maxChars: number | null;
  /** Whether the model is asked for an answer when a limit is near, instead of being cut off. */
  answersAtLimit: boolean;
}

export interface LoopFacts {
  /** The requests made so far. */
  steps: number;
  chars: number;
  /** Whether the model has been asked for its answer already. */
  isAsked: boolean;
}

/** The bounds of a sub-task: small enough that a turn can have several, large enough to look through a project. */
export const SUB_TASK_LIMITS = { maxSteps: 25, maxChars: 200_000, minSteps: 2, maxStepsOfTurn: 100 } as const;

/** Decides whether a loop asks the model again, asks it for its answer without tools, or stops. */
export function decideLoopStep({ steps, chars, isAsked }: LoopFacts, limits: LoopLimits): "go_on" | "answer" | "stop" {
  const { maxSteps, maxChars, answersAtLimit } = limits;
  if (isAsked || steps >= maxSteps) return "stop";
  if (!answersAtLimit) return "go_on";
  const isFull = maxChars !== null && chars >= maxChars;
  return isFull || steps === maxSteps - 1 ? "answer" : "go_on";
}
