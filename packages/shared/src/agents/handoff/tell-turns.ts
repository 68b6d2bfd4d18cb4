import { cutMiddle } from "../../models/fit-history.ts";
import type { AgentId } from "../../ids.ts";
import type { ChatTurn, TurnStep } from "./chat-turn.ts";

export interface ToldTurns {
  text: string;
  /** How many turns are told in short, and how many are not told at all. */
  shortened: number;
  leftOut: number;
}

/** The length kept of a shortened turn's prompt and of its last text. */
const SHORT_PROMPT_CHARS = 500;
const SHORT_SAID_CHARS = 1_000;
/** The tools listed of the newest turn where it alone is too long. */
const MAX_SHORT_TOOLS = 20;
/** About the length of the note about what was cut from a text. */
const NOTE_CHARS = 50;
const BETWEEN = "\n\n";

/**
 * Tells turns as text of at most about `maxChars` UTF-16 units, oldest first. What does not fit is shortened from the oldest turn on, then
 * left out from the oldest on; the newest turn always stays, cut in the middle if need be. `olderTurns` come before all of them and are
 * only counted.
 */
export function tellTurns(turns: readonly ChatTurn[], reader: AgentId, maxChars: number, olderTurns = 0): ToldTurns {
  const texts = turns.map((turn) => tellTurn(turn, reader));
  let chars = texts.reduce((sum, text) => sum + text.length + BETWEEN.length, 0);
  let shortened = 0;
  for (const [place, turn] of turns.slice(0, -1).entries()) {
    if (chars <= maxChars) break;
    const short = tellTurn(shortenTurn(turn), reader);
    if (short.length >= texts[place]!.length) continue;
    chars -= texts[place]!.length - short.length;
    texts[place] = short;
    shortened += 1;
  }
  const isShort = texts.map((text, place) => text !== tellTurn(turns[place]!, reader));
  let first = 0;
  for (; chars > maxChars && first < turns.length - 1; first += 1) {
    chars -= texts[first]!.length + BETWEEN.length;
    if (isShort[first]) shortened -= 1;
  }
  const newest = turns.at(-1);
  if (newest && chars > maxChars) {
    texts[turns.length - 1] = tellTurn(fitTurn(newest, maxChars), reader);
    shortened += 1;
  }
  const leftOut = olderTurns + first;
  return {
    text: [describeCuts(leftOut, shortened), ...texts.slice(first)].filter((part) => part !== "").join(BETWEEN),
    shortened,
    leftOut,
  };
}

function describeCuts(leftOut: number, shortened: number): string {
  const parts = [
    leftOut > 0 ? `${leftOut} earlier ${leftOut === 1 ? "turn is" : "turns are"} left out` : null,
    shortened > 0 ? `${shortened} ${shortened === 1 ? "turn is" : "turns are"} shortened` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "" : `(To save space, ${parts.join(" and ")}.)`;
}

function tellTurn({ agent, prompt, steps, end }: ChatTurn, reader: AgentId): string {
  const name = agent === reader ? `${agent} (you)` : agent;
  const lines = [prompt === "" ? `${name} began this turn by itself.` : `The person to ${name}:\n${indent(prompt.trim())}`];
  let before: TurnStep["kind"] | null = null;
  for (const step of steps) {
    if (step.kind === "said") lines.push(`${name}:\n${indent(step.text)}`);
    else lines.push(...(before === "did" ? [] : [`${name} did:`]), `  - ${step.title}${step.outcome === null ? "" : ` (${step.outcome})`}`);
    before = step.kind;
  }
  lines.push(...tellEnd(end, steps.length > 0));
  return lines.join("\n");
}

function tellEnd(end: ChatTurn["end"], hasSteps: boolean): string[] {
  if (end === null) return ["(This turn is still running.)"];
  const { state, cause, filesChanged } = end;
  const files = filesChanged === 0 ? "" : ` ${filesChanged} ${filesChanged === 1 ? "file was" : "files were"} changed.`;
  if (state === "completed") return hasSteps && files === "" ? [] : [hasSteps ? `(${files.trim()})` : `(There was no answer.${files})`];
  if (state === "cancelled") return [`(The person stopped this turn.${files})`];
  return [`(This turn did not finish: ${(cause ?? state).replaceAll("_", " ")}.${files})`];
}

/** Keeps both ends of the prompt and of the last text, and the number of tools. */
function shortenTurn(turn: ChatTurn): ChatTurn {
  const tools = turn.steps.filter(({ kind }) => kind === "did").length;
  const last = turn.steps.findLast((step) => step.kind === "said");
  return {
    ...turn,
    prompt: cutMiddle(turn.prompt, SHORT_PROMPT_CHARS),
    steps: [
      ...(tools > 0 ? [{ kind: "did" as const, title: tools === 1 ? "1 tool call" : `${tools} tool calls`, outcome: null }] : []),
      ...(last ? [{ kind: "said" as const, text: cutMiddle(last.text, SHORT_SAID_CHARS) }] : []),
    ],
  };
}

/** Fits one turn into about `maxChars`: the prompt, the last tools and the last text, each cut in the middle. */
function fitTurn(turn: ChatTurn, maxChars: number): ChatTurn {
  const tools = turn.steps.filter((step) => step.kind === "did");
  const last = turn.steps.findLast((step) => step.kind === "said");
  const more = tools.length - MAX_SHORT_TOOLS;
  return {
    ...turn,
    prompt: cutIndented(turn.prompt, Math.floor(maxChars / 3)),
    steps: [
      ...(more > 0 ? [{ kind: "did" as const, title: `${more} earlier tool calls`, outcome: null }] : []),
      ...tools
        .slice(-MAX_SHORT_TOOLS)
        .map(({ title }) => ({ kind: "did" as const, title: cutMiddle(title, 60).replaceAll("\n", " "), outcome: null })),
      ...(last ? [{ kind: "said" as const, text: cutIndented(last.text, Math.floor(maxChars / 3)) }] : []),
    ],
  };
}

/** Indents what somebody said, so that nothing in it looks like the words of the record. */
const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ");

/** Cuts a text in the middle so that it has at most about `maxChars` once it is indented, which can double very short lines. */
function cutIndented(text: string, maxChars: number): string {
  let chars = maxChars;
  for (;;) {
    const cut = cutMiddle(text, chars);
    const over = indent(cut).length - maxChars;
    // The note about what is missing is not counted.
    if (over <= NOTE_CHARS || chars <= 0) return cut;
    chars -= Math.ceil(over / 2);
  }
}
