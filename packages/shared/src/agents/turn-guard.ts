/** Something that went wrong upstream. `isAbort`: what a stop leaves behind, by whomever. */
export interface TurnError {
  isAbort: boolean;
  /** Whatever the backend makes of it. */
  message: string;
}

/** The newest of the agent's messages that answer this turn's prompt. */
export interface TurnAnswer {
  messageId: string;
  /** Nothing more comes in it. */
  isOver: boolean;
  /** Over, and the agent said itself that it is done: after a tool call another message follows. */
  isFinal: boolean;
  error: TurnError | null;
}

/**
 * What is known of a turn whose agent says "idle" and "error" without saying of which turn.
 *
 * An interrupted turn leaves such words behind: they come when the next turn has been asked for, or has begun.
 */
export interface TurnGuard {
  /** Id of the prompt's message. Ids sort by time, so an answer to this prompt sorts behind it. */
  promptId: string;
  isStopAsked: boolean;
  /** The prompt's message has been seen upstream. */
  isAccepted: boolean;
  /** The agent was at work after that. */
  wasBusy: boolean;
  answer: TurnAnswer | null;
  /** The first error that named no message. */
  error: TurnError | null;
  /** Nothing has come for a long time. */
  isSilent: boolean;
  /** It should have begun by now. */
  isOverdue: boolean;
  /** How often in a row a look found the agent idle with nothing to show. */
  idleLooks: number;
}

export type TurnSignal =
  | { type: "stop_asked" }
  | { type: "prompt_seen"; messageId: string }
  | { type: "answer"; answer: TurnAnswer }
  | { type: "busy" }
  | { type: "idle" }
  | { type: "error"; error: TurnError }
  /** The prompt was taken a while ago. */
  | { type: "overdue" }
  /** Nothing has come for a long time. */
  | { type: "silence" }
  /**
   * What asking upstream gave: first the messages, then whether the agent is at work, so that an answer that is over and an agent
   * that is idle mean the end.
   */
  | { type: "looked"; isBusy: boolean; isAccepted: boolean; answer: TurnAnswer | null };

export type TurnVerdict =
  | { kind: "go_on" }
  /** Ask upstream, that much later. */
  | { kind: "look"; afterMs: number }
  /** The prompt is there and nobody works at it: an agent that was just finishing another turn takes one and forgets it. */
  | { kind: "send_again" }
  | { kind: "ended"; how: "completed" | "stopped" }
  | { kind: "ended"; how: "failed"; error: TurnError };

const GO_ON: TurnVerdict = { kind: "go_on" };
/** The agent says that it is idle a little before it has told everything. */
const SETTLE_MS = 50;
const LOOK_AGAIN_MS = 1_000;
/** So many looks in a row have to find the same nothing before it is believed. */
const BELIEVED_AFTER_LOOKS = 3;
const VANISHED: TurnError = { isAbort: false, message: "The agent stopped working without an answer." };

/** A turn that was just asked for. */
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
    idleLooks: 0,
  };
}

/**
 * Takes in what came from upstream and decides whether this turn is over.
 *
 * A turn ends by positive evidence of its own: an answer behind its prompt that is over, together with an agent that is idle. A
 * bare "idle" or "error" only makes one look.
 */
export function applyTurnSignal(guard: TurnGuard, signal: TurnSignal): { guard: TurnGuard; verdict: TurnVerdict } {
  switch (signal.type) {
    case "stop_asked":
      return { guard: { ...guard, isStopAsked: true, idleLooks: 0 }, verdict: GO_ON };
    case "prompt_seen":
      return { guard: signal.messageId === guard.promptId ? { ...guard, isAccepted: true } : guard, verdict: GO_ON };
    case "answer":
      return { guard: withAnswer(guard, signal.answer), verdict: GO_ON };
    case "busy":
      return { guard: guard.isAccepted ? { ...guard, wasBusy: true, isSilent: false, idleLooks: 0 } : guard, verdict: GO_ON };
    case "idle":
      return { guard, verdict: isDone(guard.answer) ? endOf(guard, guard.answer) : { kind: "look", afterMs: SETTLE_MS } };
    case "error":
      return onError(guard, signal.error);
    case "overdue":
      return guard.wasBusy ? { guard, verdict: GO_ON } : { guard: { ...guard, isOverdue: true }, verdict: { kind: "look", afterMs: 0 } };
    case "silence":
      return { guard: { ...guard, isSilent: true, idleLooks: 0 }, verdict: { kind: "look", afterMs: 0 } };
    case "looked":
      return onLooked(guard, signal);
  }
}

function onError(guard: TurnGuard, error: TurnError): { guard: TurnGuard; verdict: TurnVerdict } {
  // An abort that nobody asked for in this turn belongs to the one before.
  if (error.isAbort && !guard.isStopAsked) return { guard, verdict: GO_ON };
  return { guard: { ...guard, error: guard.error ?? error }, verdict: { kind: "look", afterMs: SETTLE_MS } };
}

function onLooked(before: TurnGuard, look: Extract<TurnSignal, { type: "looked" }>): { guard: TurnGuard; verdict: TurnVerdict } {
  const seen: TurnGuard = { ...before, isAccepted: before.isAccepted || look.isAccepted };
  const merged = look.answer ? withAnswer(seen, look.answer) : seen;
  // Busy with nothing for that long, behind an answer that is done: its end was never told.
  if (before.isSilent && isDone(merged.answer)) return { guard: merged, verdict: endOf(merged, merged.answer) };
  if (look.isBusy) return { guard: { ...merged, wasBusy: merged.isAccepted, idleLooks: 0 }, verdict: GO_ON };
  const guard = { ...merged, idleLooks: merged.idleLooks + 1 };
  const { answer, error, idleLooks } = guard;
  if (answer?.isOver) return { guard, verdict: endOf(guard, answer) };
  // It began and is idle. What went wrong before any answer is all there is to know; an answer that was broken off is still to come.
  if (guard.wasBusy && error && !error.isAbort && answer === null) return { guard, verdict: failureOf(guard, error) };
  if (guard.isOverdue && guard.isAccepted && !guard.wasBusy && !guard.isStopAsked) {
    return { guard: { ...guard, isOverdue: false, idleLooks: 0 }, verdict: { kind: "send_again" } };
  }
  if (idleLooks < BELIEVED_AFTER_LOOKS) return { guard, verdict: { kind: "look", afterMs: LOOK_AGAIN_MS } };
  if (guard.wasBusy && guard.isStopAsked) return { guard, verdict: { kind: "ended", how: "stopped" } };
  if (error) return { guard, verdict: failureOf(guard, error) };
  // An agent that is still loading is idle too: without a sign that it began, only a long silence ends its turn.
  if (!guard.wasBusy && !guard.isSilent) return { guard, verdict: GO_ON };
  return { guard, verdict: { kind: "ended", how: "failed", error: VANISHED } };
}

function withAnswer(guard: TurnGuard, answer: TurnAnswer): TurnGuard {
  if (answer.messageId <= guard.promptId) return guard;
  const known = guard.answer;
  if (known && (answer.messageId < known.messageId || (answer.messageId === known.messageId && known.isOver && !answer.isOver)))
    return guard;
  return { ...guard, isAccepted: true, wasBusy: true, isSilent: false, answer, idleLooks: 0 };
}

const isDone = (answer: TurnAnswer | null): answer is TurnAnswer => answer !== null && (answer.isFinal || answer.error !== null);

function endOf(guard: TurnGuard, { error }: TurnAnswer): TurnVerdict {
  return error === null ? { kind: "ended", how: "completed" } : failureOf(guard, error);
}

function failureOf(guard: TurnGuard, error: TurnError): TurnVerdict {
  return error.isAbort && guard.isStopAsked ? { kind: "ended", how: "stopped" } : { kind: "ended", how: "failed", error };
}
