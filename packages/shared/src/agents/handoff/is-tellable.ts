import type { Task } from "../../tasks/task.ts";
import { EVENT_LIMITS } from "../event-limits.ts";

/** What is known of an agent in a chat before its turn. */
export interface TellingPlace {
  /** Null for an agent that keeps no context of its own. */
  agentSessionId: string | null;
  /** The names of its commands; null if it has not said which it has. */
  commands: readonly string[] | null;
}

/** Returns the word, with its slash, that may be a command of an agent at the beginning of a prompt; null if there is none. */
export const toCommandWord = (text: string): string | null => {
  const word = /^\/[^\s]+/.exec(text)?.[0];
  return word === undefined || word.length > EVENT_LIMITS.id ? null : word;
};

/**
 * Returns whether an agent is told what it has missed before this task. It is not before a turn that it began by itself, nor before a command
 * of its own, such as `/compact`: that works only at the beginning of a prompt. It is told before the next prompt instead.
 *
 * A skill is BooCode's to give, whatever commands the agent has. A word that is no known command is plain text, as the page says before it is sent: the prompt may be a sentence about `/tmp`, and an agent
 * that misses what happened is worse off than one that is told a command behind it.
 */
export function isTellable({ kind, text }: Pick<Task, "kind" | "text">, { agentSessionId, commands }: TellingPlace): boolean {
  if (kind === "agent") return false;
  if (kind === "skill") return true;
  const word = toCommandWord(text);
  if (agentSessionId === null || word === null || commands === null) return true;
  return !commands.some((name) => name === word || `/${name}` === word);
}
