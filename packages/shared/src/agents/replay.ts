import type { TranscriptItem } from "../chats/transcript.ts";
import type { AgentId, TaskId } from "../ids.ts";

/** A turn as the journal has it, without white space: agents cut and join their words anew when they tell them again. */
interface KnownTurn {
  prompt: string;
  text: string;
  thought: string;
  tools: number;
}

/** How far an agent that loads an earlier session has told it again. */
export interface Replay {
  turns: readonly KnownTurn[];
  /** The turn that is being told; -1: none yet. */
  at: number;
  heard: { prompt: string; text: string; thought: string; calls: readonly string[] };
  /** Nothing more is a replay. */
  isOver: boolean;
}

/** Something an agent says, as far as it can be compared. */
export type ReplayWord = { who: "person" | "text" | "thought"; text: string } | { who: "tool"; callId: string };

/** `told`: the journal has it, with what was held before. `held`: it looks so. `new`: it is new, and so is what was held. */
export type ReplayVerdict = "told" | "held" | "new";

const NOTHING_HEARD: Replay["heard"] = { prompt: "", text: "", thought: "", calls: [] };
const squash = (text: string) => text.replace(/\s+/g, "");

/** A replay that has not begun, of what the journal has of an agent's turns in a chat. */
export function beginReplay(items: readonly TranscriptItem[], agent: AgentId): Replay {
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
  return { turns: [...byTask.values()], at: -1, heard: NOTHING_HEARD, isOver: byTask.size === 0 };
}

/**
 * Takes in what an agent says after it was asked for an earlier session, and decides whether the journal has it.
 *
 * A replay goes in order, from a prompt of the person's on; its words are those of the journal, one after the other. The first that are
 * not end it, so that a new answer is never taken for an old one unless it says the rest of that one to the letter.
 */
export function applyReplayWord(replay: Replay, word: ReplayWord): { replay: Replay; verdict: ReplayVerdict } {
  if (replay.isOver) return { replay, verdict: "new" };
  if (word.who === "person") return onPerson(replay, squash(word.text));
  const turn = replay.turns[replay.at];
  if (!turn) return over(replay);
  const { heard } = replay;
  const isTold = heard.text === turn.text;
  if (word.who === "tool") {
    if (heard.calls.includes(word.callId)) return { replay, verdict: isTold ? "told" : "held" };
    // Not every agent tells its tools again: behind the words of a turn, one is new.
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
  // The prompt that is being answered, told back: what follows is its answer.
  if (next === -1) return over(replay);
  return { replay: { ...replay, at: next, heard: { ...NOTHING_HEARD, prompt: text } }, verdict: "told" };
}

const over = (replay: Replay): { replay: Replay; verdict: ReplayVerdict } => ({ replay: { ...replay, isOver: true }, verdict: "new" });
