import type { EpochMs } from "../ids.ts";

export interface RestartLimits {
  /** Restarts within the window that are still allowed. */
  maxRestarts: number;
  windowMs: number;
  /** How long it is refused at first; doubled at each further time. */
  coolDownMs: number;
  maxCoolDownMs: number;
}

/** What is remembered of a program that has to be started again and again. */
export interface RestartState {
  /** When it died by itself, or did not start, within the window: oldest first. */
  deaths: readonly EpochMs[];
  /** How often the circuit has opened since it last lived for long. */
  trips: number;
  /** Until when a start is refused; null while the circuit is closed. */
  openUntil: EpochMs | null;
}

export type RestartDecision = { kind: "start" } | { kind: "refuse"; retryAt: EpochMs };

export const RESTART_LIMITS: RestartLimits = { maxRestarts: 3, windowMs: 60_000, coolDownMs: 60_000, maxCoolDownMs: 600_000 };

/** Of a program that never died, that has lived for long since, or whose circuit a person has closed. */
export const NEVER_DIED: RestartState = { deaths: [], trips: 0, openUntil: null };

/**
 * The state after one more death. Too many within the window open the circuit: for a while, nothing is started.
 * After that one start is tried, and its death opens the circuit at once, for longer.
 */
export function applyDeath(state: RestartState, limits: RestartLimits, at: EpochMs): RestartState {
  const deaths = [...state.deaths.filter((death) => at - death < limits.windowMs), at];
  if (state.openUntil === null && deaths.length <= limits.maxRestarts) return { ...state, deaths };
  const coolDownMs = Math.min(limits.coolDownMs * 2 ** state.trips, limits.maxCoolDownMs);
  return { deaths, trips: state.trips + 1, openUntil: at + coolDownMs };
}

/** Decides whether a program may be started now. */
export function decideRestart(state: RestartState, now: EpochMs): RestartDecision {
  return state.openUntil !== null && now < state.openUntil ? { kind: "refuse", retryAt: state.openUntil } : { kind: "start" };
}
