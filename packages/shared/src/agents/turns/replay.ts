import { type HandoverReading, NO_HANDOVER, withoutHandover } from "../handoff/handover-frame.ts";
import type { TranscriptItem } from "../../chats/transcript.ts";
import type { AgentId, TaskId } from "../../ids.ts";

/** A turn from the journal, without white space, because agents may split and join their text differently when they replay it. */
interface KnownTurn {
  prompt: string;
  text: string;
  thought: string;
  tools: number;
}

/** How far an agent that is loading an earlier session has replayed it. */
export interface Replay {
  turns: readonly KnownTurn[];
  /** Index of the turn being replayed; -1 before the first. */
  at: number;
  heard: { prompt: string; text: string; thought: string; calls: readonly string[] };
  /** The prompt that the agent is asked now, without white space. */
  asked: string;
  /** What it has said before any prompt of the person, as far as it repeats the journal from its beginning; null once it differs. */
  unprompted: string | null;
  /** Whether the person's replayed words are inside of what BooCode told the agent in front of a prompt. */
  handover: HandoverReading;
  /** Whether the replay is over: everything from here on is new. */
  isOver: boolean;
}

/** The comparable part of an agent's output. */
export type ReplayWord = { who: "person" | "text" | "thought"; text: string } | { who: "tool"; callId: string };

/**
 * `told`: the journal already has it, and everything held before it. `held`: it may be a replay, so it is held. `new`: it is new, and so is
 * everything held. `doubted`: new as well, but with it the agent has repeated all that it said before, without the person's prompts. That
 * cannot be told from an answer to “say it again”, so it is shown, with a notice.
 */
export type ReplayVerdict = "told" | "held" | "new" | "doubted";

const NOTHING_HEARD: Replay["heard"] = { prompt: "", text: "", thought: "", calls: [] };
/** A shorter prompt is in many texts by chance. */
const MIN_INNER_CHARS = 12;
/** A shorter answer than this, such as “Done.”, is often given again. */
const MIN_DOUBTED_CHARS = 40;
const squash = (text: string) => text.replace(/\s+/g, "");

/** Returns a replay that has not begun, from the journal's items of an agent's turns in a chat, and the prompt that it is asked now. */
export function beginReplay(items: readonly TranscriptItem[], agent: AgentId, asked: string): Replay {
  const byTask = new Map<TaskId, KnownTurn>();
  for (const item of items) {
    if (item.kind === "prompt" && item.agent === agent && item.taskId !== null) {
      byTask.set(item.taskId, { prompt: squash(item.text), text: "", thought: "", tools: 0 });
    }
    const turn = item.taskId === null ? undefined : byTask.get(item.taskId);
    if (!turn) continue;
    if (item.kind === "text") turn.text += squash(item.text);
    else if (item.kind === "thought") turn.thought += squash(item.text);
    else if (item.kind === "tool") turn.tools += 1;
  }
  return {
    turns: [...byTask.values()],
    at: -1,
    heard: NOTHING_HEARD,
    asked: squash(asked),
    unprompted: "",
    handover: NO_HANDOVER,
    isOver: byTask.size === 0,
  };
}

/**
 * Applies the output of an agent that was asked to load an earlier session, and decides whether the journal already has it.
 *
 * A replay begins with a prompt of the person and repeats the journal's text in order. The first difference ends it, so that a new answer
 * is not mistaken for an old one unless it repeats the rest of that one exactly.
 */
export function applyReplayWord(before: Replay, word: ReplayWord): { replay: Replay; verdict: ReplayVerdict } {
  if (before.isOver) return { replay: before, verdict: "new" };
  if (word.who === "person") {
    const { text, reading } = withoutHandover(squash(word.text), before.handover);
    return onPerson({ ...before, handover: reading }, text);
  }
  // The prompt is over: its end was no beginning of a mark, and a mark that it named itself is not open any more.
  const replay = { ...before, handover: NO_HANDOVER };
  const turn = replay.turns[replay.at];
  if (!turn) return unprompted(replay, word);
  const { heard } = replay;
  const isTold = heard.text === turn.text;
  if (word.who === "tool") {
    if (heard.calls.includes(word.callId)) return { replay, verdict: isTold ? "told" : "held" };
    // Not every agent replays its tools: a tool after the full text of a turn is new.
    if (isTold || heard.calls.length >= turn.tools) return over(replay);
    return { replay: { ...replay, heard: { ...heard, calls: [...heard.calls, word.callId] } }, verdict: "held" };
  }
  const said = heard[word.who] + squash(word.text);
  if (!turn[word.who].startsWith(said)) return over(replay);
  const after = { ...replay, heard: { ...heard, [word.who]: said } };
  return { replay: after, verdict: after.heard.text === turn.text ? "told" : "held" };
}

function onPerson(replay: Replay, text: string): { replay: Replay; verdict: ReplayVerdict } {
  const { turns, at, heard } = replay;
  if (text === "") return { replay, verdict: "told" };
  const isFresh = heard.text === "" && heard.thought === "" && heard.calls.length === 0;
  const whole = heard.prompt + text;
  if (isFresh && turns[at]?.prompt.startsWith(whole)) return { replay: { ...replay, heard: { ...heard, prompt: whole } }, verdict: "told" };
  const next = turns.findIndex((turn, index) => index > at && turn.prompt.startsWith(text));
  if (next === -1) {
    const { asked } = replay;
    // The agent echoes the prompt that it is asked now; its answer follows. Anything else is its own: gemini describes the folder.
    const isInside = asked.length >= MIN_INNER_CHARS && text.includes(asked);
    const isEcho = isInside || asked.startsWith(text) || asked.startsWith(whole);
    return isEcho ? over(replay) : { replay, verdict: "held" };
  }
  return { replay: { ...replay, at: next, heard: { ...NOTHING_HEARD, prompt: text } }, verdict: "told" };
}

/** Without a prompt of the person before it, nothing can be left out: only say where it repeats the whole chat. */
function unprompted(replay: Replay, word: ReplayWord): { replay: Replay; verdict: ReplayVerdict } {
  if (word.who !== "text" || replay.unprompted === null) return { replay, verdict: "new" };
  const all = replay.turns.map(({ text }) => text).join("");
  const said = replay.unprompted + squash(word.text);
  if (said === all) return { replay: { ...replay, isOver: true }, verdict: all.length < MIN_DOUBTED_CHARS ? "new" : "doubted" };
  return { replay: { ...replay, unprompted: all.startsWith(said) ? said : null }, verdict: "new" };
}

const over = (replay: Replay): { replay: Replay; verdict: ReplayVerdict } => ({ replay: { ...replay, isOver: true }, verdict: "new" });
