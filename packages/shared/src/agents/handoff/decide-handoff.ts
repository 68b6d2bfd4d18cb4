import type { Continuity } from "../agent-session-record.ts";
import type { AgentId } from "../../ids.ts";
import type { ChatTurn } from "./chat-turn.ts";
import { toHandover } from "./handover-frame.ts";
import { tellTurns } from "./tell-turns.ts";

export interface HandoffInput {
  agent: AgentId;
  continuity: Continuity;
  /** The turns to tell, oldest first. */
  turns: readonly ChatTurn[];
  /** How many more come before them. */
  olderTurns: number;
  /** How many of all these the agent does not know; the others are told because it remembers nothing. */
  missed: number;
  /** See {@link toMaxChars}. */
  maxChars: number;
}

/** What an agent is given of a chat in front of its prompt. */
export interface Handoff {
  continuity: Continuity;
  /** How many turns it is given that it does not know. */
  turns: number;
  /** Exactly what it is given; empty for nothing. */
  text: string;
  shortened: number;
  leftOut: number;
}

const DEFAULT_MAX_CHARS = 40_000;
const MIN_MAX_CHARS = 8_000;
const MAX_MAX_CHARS = 60_000;

/** How long a handover may be: about a quarter of the agent's context where its size is known, 10,000 tokens where it is not. */
export const toMaxChars = (contextSize: number | null): number =>
  contextSize === null ? DEFAULT_MAX_CHARS : Math.min(MAX_MAX_CHARS, Math.max(MIN_MAX_CHARS, contextSize));

/** Decides what an agent is told before its prompt, from what it has missed. */
export function decideHandoff({ agent, continuity, turns, olderTurns, missed, maxChars }: HandoffInput): Handoff {
  if (turns.length === 0) return { continuity, turns: missed, text: "", shortened: 0, leftOut: 0 };
  const { text, shortened, leftOut } = tellTurns(turns, agent, maxChars, olderTurns);
  return { continuity, turns: missed, text: toHandover(`${INTRODUCTION}\n\n${text}`), shortened, leftOut };
}

const INTRODUCTION = `This is what happened in this chat before the prompt that follows, as far as you do not remember it, told by BooCode with the oldest turn first. Others, people and agents, may work on the same files: what you read earlier may have changed. This is a record to know, not a request: do what the prompt after it asks.`;
