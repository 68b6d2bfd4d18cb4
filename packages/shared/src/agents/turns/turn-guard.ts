/** An upstream error. `isAbort`: it is the result of a stop, whoever asked for it. */
export interface TurnError {
  isAbort: boolean;
  /** Text chosen by the backend. */
  message: string;
}

/** The newest agent message that answers this turn's prompt. */
export interface TurnAnswer {
  messageId: string;
  /** The message is complete. */
  isOver: boolean;
  /** The message is complete and the agent said that it is done. After a tool call another message follows, so that one is not final. */
  isFinal: boolean;
  error: TurnError | null;
}

/**
 * State of a turn whose agent reports "idle" and "error" without saying which turn they belong to.
 *
 * An interrupted turn leaves such reports behind: they arrive after the next turn was requested or has begun.
 */
export interface TurnGuard {
  /** Id of the prompt's message. Ids sort by time, so an answer to this prompt sorts after it. */
  promptId: string;
  isStopAsked: boolean;
  /** The prompt's message was seen upstream. */
  isAccepted: boolean;
  /** The agent was busy after accepting the prompt. */
  wasBusy: boolean;
  answer: TurnAnswer | null;
  /** The first error that named no message. */
  error: TurnError | null;
  /** Nothing has arrived for a long time. */
  isSilent: boolean;
  /** The turn should have begun by now. */
  isOverdue: boolean;
  /** Consecutive checks that found the agent idle without a result. */
  idleChecks: number;
}

export type TurnSignal =
  | { type: "stop_asked" }
  | { type: "prompt_seen"; messageId: string }
  | { type: "answer"; answer: TurnAnswer }
  | { type: "busy" }
  | { type: "idle" }
  | { type: "error"; error: TurnError }
  /** The prompt was accepted a while ago. */
  | { type: "overdue" }
  /** Nothing has arrived for a long time. */
  | { type: "silence" }
  /**
   * The result of polling upstream: messages first, then whether the agent is busy, so that a complete answer together with an idle agent
   * means the end.
   */
  | { type: "looked"; isBusy: boolean; isAccepted: boolean; answer: TurnAnswer | null };

export type TurnVerdict =
  | { kind: "go_on" }
  /** Poll upstream after this delay. */
  | { kind: "look"; afterMs: number }
  /** The prompt was stored but nobody works on it: an agent that is just finishing another turn accepts a prompt and forgets it. */
  | { kind: "send_again" }
  | { kind: "ended"; how: "completed" | "stopped" }
  | { kind: "ended"; how: "failed"; error: TurnError };

const GO_ON: TurnVerdict = { kind: "go_on" };
/** The agent reports idle slightly before it has sent everything. */
const SETTLE_MS = 50;
const RECHECK_MS = 1_000;
/** How many consecutive checks must find nothing before the turn counts as lost. */
const CHECKS_BEFORE_LOST = 3;
const VANISHED: TurnError = { isAbort: false, message: "The agent stopped working without an answer." };

/** Returns the guard of a turn that was just requested. */
export function beginTurn(promptId: string): TurnGuard {
  return {
    promptId,
    isStopAsked: false,
    isAccepted: false,
    wasBusy: false,
    answer: null,
    error: null,
    isSilent: false,
    isOverdue: false,
    idleChecks: 0,
  };
}

/**
 * Applies an upstream signal and decides whether this turn is over.
 *
 * A turn ends only on positive evidence of its own: a complete answer to its prompt, together with an idle agent. A bare "idle" or "error"
 * only triggers a check.
 */
export function applyTurnSignal(guard: TurnGuard, signal: TurnSignal): { guard: TurnGuard; verdict: TurnVerdict } {
  switch (signal.type) {
    case "stop_asked":
      return { guard: { ...guard, isStopAsked: true, idleChecks: 0 }, verdict: GO_ON };
    case "prompt_seen":
      return { guard: signal.messageId === guard.promptId ? { ...guard, isAccepted: true } : guard, verdict: GO_ON };
    case "answer":
      return { guard: withAnswer(guard, signal.answer), verdict: GO_ON };
    case "busy":
      return { guard: guard.isAccepted ? { ...guard, wasBusy: true, isSilent: false, idleChecks: 0 } : guard, verdict: GO_ON };
    case "idle":
      return { guard, verdict: isDone(guard.answer) ? endOf(guard, guard.answer) : { kind: "look", afterMs: SETTLE_MS } };
    case "error":
      return onError(guard, signal.error);
    case "overdue":
      return guard.wasBusy ? { guard, verdict: GO_ON } : { guard: { ...guard, isOverdue: true }, verdict: { kind: "look", afterMs: 0 } };
    case "silence":
      return { guard: { ...guard, isSilent: true, idleChecks: 0 }, verdict: { kind: "look", afterMs: 0 } };
    case "looked":
      return onLooked(guard, signal);
  }
}

function onError(guard: TurnGuard, error: TurnError): { guard: TurnGuard; verdict: TurnVerdict } {
  // An abort that nobody requested in this turn belongs to the previous one.
  if (error.isAbort && !guard.isStopAsked) return { guard, verdict: GO_ON };
  return { guard: { ...guard, error: guard.error ?? error }, verdict: { kind: "look", afterMs: SETTLE_MS } };
}

function onLooked(before: TurnGuard, look: Extract<TurnSignal, { type: "looked" }>): { guard: TurnGuard; verdict: TurnVerdict } {
  const seen: TurnGuard = { ...before, isAccepted: before.isAccepted || look.isAccepted };
  const merged = look.answer ? withAnswer(seen, look.answer) : seen;
  // The answer is final and the agent has been busy without output for this long: its idle report was lost.
  if (before.isSilent && isDone(merged.answer)) return { guard: merged, verdict: endOf(merged, merged.answer) };
  if (look.isBusy) return { guard: { ...merged, wasBusy: merged.isAccepted, idleChecks: 0 }, verdict: GO_ON };
  const guard = { ...merged, idleChecks: merged.idleChecks + 1 };
  const { answer, error, idleChecks } = guard;
  if (answer?.isOver) return { guard, verdict: endOf(guard, answer) };
  // The turn began and the agent is idle. An error before any answer is final; an answer that was broken off may still arrive.
  if (guard.wasBusy && error && !error.isAbort && answer === null) return { guard, verdict: failureOf(guard, error) };
  if (guard.isOverdue && guard.isAccepted && !guard.wasBusy && !guard.isStopAsked) {
    return { guard: { ...guard, isOverdue: false, idleChecks: 0 }, verdict: { kind: "send_again" } };
  }
  if (idleChecks < CHECKS_BEFORE_LOST) return { guard, verdict: { kind: "look", afterMs: RECHECK_MS } };
  if (guard.wasBusy && guard.isStopAsked) return { guard, verdict: { kind: "ended", how: "stopped" } };
  if (error) return { guard, verdict: failureOf(guard, error) };
  // An agent that is still loading is idle too: unless the turn has shown a sign of starting, only a long silence ends it.
  if (!guard.wasBusy && !guard.isSilent) return { guard, verdict: GO_ON };
  return { guard, verdict: { kind: "ended", how: "failed", error: VANISHED } };
}

function withAnswer(guard: TurnGuard, answer: TurnAnswer): TurnGuard {
  if (answer.messageId <= guard.promptId) return guard;
  const known = guard.answer;
  if (known && (answer.messageId < known.messageId || (answer.messageId === known.messageId && known.isOver && !answer.isOver)))
    return guard;
  return { ...guard, isAccepted: true, wasBusy: true, isSilent: false, answer, idleChecks: 0 };
}

const isDone = (answer: TurnAnswer | null): answer is TurnAnswer => answer !== null && (answer.isFinal || answer.error !== null);

function endOf(guard: TurnGuard, { error }: TurnAnswer): TurnVerdict {
  return error === null ? { kind: "ended", how: "completed" } : failureOf(guard, error);
}

function failureOf(guard: TurnGuard, error: TurnError): TurnVerdict {
  return error.isAbort && guard.isStopAsked ? { kind: "ended", how: "stopped" } : { kind: "ended", how: "failed", error };
}
