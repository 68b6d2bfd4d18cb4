import { cutText, cutTextStart } from "../text/cut-text.ts";

/** A tool call of an earlier turn, with its result. */
export interface PastCall {
  kind: "call";
  id: string;
  name: string;
  input: Record<string, unknown>;
  result: string;
  /** Data the model server expects back with it; null for nothing. */
  extra: Record<string, unknown> | null;
}

/** `asked`: what the person said in the middle of the turn. */
export type PastStep = PastCall | { kind: "text"; text: string } | { kind: "asked"; text: string };

/** An image that a model is given. */
export interface PastImage {
  name: string;
  type: string;
  content: Uint8Array;
}

/** An earlier turn: the prompt, and what the agent wrote and did. */
export interface PastTurn {
  prompt: string;
  steps: readonly PastStep[];
  /** Images of the prompt. Absent: none. */
  images?: readonly PastImage[];
  /** True for the summary of all turns before, which is never left out. It counts only at the beginning. */
  isSummary?: boolean;
}

export interface FittedHistory {
  turns: PastTurn[];
  /** How many calls were shortened, steps of the last turn omitted, and whole turns omitted. */
  leftOut: { calls: number; steps: number; turns: number };
}

/** The length kept of a shortened result, and of each text argument of a shortened call. */
const SHORT_CHARS = 300;
/** The share of the room that a summary may take. */
const SUMMARY_SHARE = 1 / 3;
/** About what an image takes of a model's context. */
export const IMAGE_CHARS = 6_000;
/** Allowance per step for ids, names and punctuation. */
const STEP_CHARS = 100;

/**
 * Shortens a chat's history to fit a model: at most about `maxChars` UTF-16 units.
 *
 * The oldest calls are shortened first, then the oldest turns are dropped. The last turn stays, with its prompt and its end. If that turn
 * alone is too large, its oldest steps are dropped, and finally prompt and end are cut in the middle. A summary stays in front of them.
 */
export function fitHistory(turns: readonly PastTurn[], maxChars: number): FittedHistory {
  const [summary, ...others] = turns;
  if (summary?.isSummary && others.length > 0) {
    const short = { ...summary, prompt: cutMiddle(summary.prompt, Math.floor(maxChars * SUMMARY_SHARE)) };
    const fitted = fitHistory(others, maxChars - sizeOfTurn(short));
    return { ...fitted, turns: [short, ...fitted.turns] };
  }
  const kept = turns.map(({ prompt, steps, images }) => ({ prompt, steps: [...steps], ...(images && { images }) }));
  const leftOut = { calls: 0, steps: 0, turns: 0 };
  let chars = kept.reduce((sum, turn) => sum + sizeOfTurn(turn), 0);
  for (const { steps } of kept) {
    for (const [place, step] of steps.entries()) {
      if (chars <= maxChars) break;
      if (step.kind !== "call") continue;
      const short = shortenCall(step);
      if (sizeOfStep(short) >= sizeOfStep(step)) continue;
      chars -= sizeOfStep(step) - sizeOfStep(short);
      steps[place] = short;
      leftOut.calls += 1;
    }
  }
  while (chars > maxChars && kept.length > 1) {
    chars -= sizeOfTurn(kept.shift() as PastTurn);
    leftOut.turns += 1;
  }
  const last = kept.at(-1);
  if (last && chars > maxChars) leftOut.steps = fitTurn(last, chars, maxChars);
  return { turns: kept, leftOut };
}

function fitTurn(turn: { prompt: string; steps: PastStep[] }, size: number, maxChars: number): number {
  let chars = size;
  const end = turn.steps.at(-1);
  let dropped = 0;
  while (chars > maxChars && dropped < turn.steps.length - 1) {
    chars -= sizeOfStep(turn.steps[dropped] as PastStep);
    dropped += 1;
  }
  turn.steps.splice(0, dropped);
  if (dropped > 0) turn.steps.unshift({ kind: "text", text: `[${dropped} earlier steps of this turn are left out.]` });
  if (chars <= maxChars) return dropped;
  turn.prompt = cutMiddle(turn.prompt, maxChars / 2);
  if (end?.kind === "text") turn.steps[turn.steps.length - 1] = { kind: "text", text: cutMiddle(end.text, maxChars / 2) };
  return dropped;
}

function shortenCall(call: PastCall): PastCall {
  const input = Object.fromEntries(
    Object.entries(call.input).map(([key, value]) => [key, typeof value === "string" ? cutMiddle(value, SHORT_CHARS) : value]),
  );
  const isLarge = JSON.stringify(input).length > 4 * SHORT_CHARS;
  return { ...call, input: isLarge ? {} : input, result: cutMiddle(call.result, SHORT_CHARS) };
}

/** Returns both ends of a text, with a note about how much is missing between them. */
export function cutMiddle(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const [head, tail] = [cutText(text, Math.ceil(maxChars * 0.7)), cutTextStart(text, Math.floor(maxChars * 0.3))];
  return `${head}\n[${text.length - head.length - tail.length} characters left out]\n${tail}`;
}

/** Returns about how many characters a turn takes in a request. */
export const sizeOfTurn = ({ prompt, steps, images = [] }: PastTurn) =>
  prompt.length + images.length * IMAGE_CHARS + steps.reduce((sum, step) => sum + sizeOfStep(step), STEP_CHARS);
const sizeOfStep = (step: PastStep): number =>
  step.kind !== "call" ? step.text.length + STEP_CHARS : JSON.stringify(step.input).length + step.result.length + STEP_CHARS;
