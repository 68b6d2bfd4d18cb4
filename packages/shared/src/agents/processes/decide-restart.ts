export interface RestartLimits {
  /** Restarts allowed within the window. */
  maxRestarts: number;
  windowMs: number;
  /** How long restarts are blocked the first time; doubled each further time. */
  coolDownMs: number;
  maxCoolDownMs: number;
}

/** The restart history of a program: the state of its circuit breaker. */
export interface RestartState {
  /** Times within the window at which it died on its own or failed to start, oldest first. */
  deaths: readonly number[];
  /** How often the circuit has opened since the program last ran for long. */
  trips: number;
  /** Starts are refused until then; null while the circuit is closed. */
  openUntil: number | null;
}

export type RestartDecision = { kind: "start" } | { kind: "refuse"; retryAt: number };

export const RESTART_LIMITS: RestartLimits = { maxRestarts: 3, windowMs: 60_000, coolDownMs: 60_000, maxCoolDownMs: 600_000 };

/** The state of a program that never died, has run for long since, or whose circuit a person reset. */
export const NEVER_DIED: RestartState = { deaths: [], trips: 0, openUntil: null };

/**
 * Returns the state after one more death. Too many deaths within the window open the circuit, which blocks starts for a while. After that
 * one start is tried; if it dies, the circuit opens again at once, for longer.
 */
export function applyDeath(state: RestartState, limits: RestartLimits, at: number): RestartState {
  const deaths = [...state.deaths.filter((death) => at - death < limits.windowMs), at];
  if (state.openUntil === null && deaths.length <= limits.maxRestarts) return { ...state, deaths };
  const coolDownMs = Math.min(limits.coolDownMs * 2 ** state.trips, limits.maxCoolDownMs);
  return { deaths, trips: state.trips + 1, openUntil: at + coolDownMs };
}

/** Decides whether a program may start now. */
export function decideRestart(state: RestartState, now: number): RestartDecision {
  return state.openUntil !== null && now < state.openUntil ? { kind: "refuse", retryAt: state.openUntil } : { kind: "start" };
}
