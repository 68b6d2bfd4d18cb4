import { z } from "zod";
import { shorten } from "../../text/cut-text.ts";
import { EVENT_LIMITS } from "../event-limits.ts";

/** What is kept of a description, and of a hint. */
const MAX_KEPT_CHARS = 400;

/** A command of an agent's own, which a prompt calls with a slash and its name at the beginning. */
export const SlashCommand = z.object({
  /** Without its slash. */
  name: z.string().min(1).max(EVENT_LIMITS.id),
  description: z.string().max(EVENT_LIMITS.commandDescription),
  /** What may be written behind the name, as a hint; absent if the agent gives none. */
  hint: z.string().max(EVENT_LIMITS.title).optional(),
});
export type SlashCommand = z.infer<typeof SlashCommand>;

/** What is known of an agent's commands in a chat. */
export interface KnownCommands {
  /** False if the agent has not said which commands it has. */
  isKnown: boolean;
  commands: readonly SlashCommand[];
}

/** The word at the beginning of a prompt that may be a command, and what stands behind it. */
export interface CommandCall {
  /** Without its slash. */
  name: string;
  /** Without the white space around it. */
  words: string;
}

/** Returns the call at the beginning of a text; null if it does not begin with a slash and a word. */
export function toCommandCall(text: string): CommandCall | null {
  const word = /^\/([^\s]+)/.exec(text)?.[1];
  if (word === undefined || word.length > EVENT_LIMITS.id) return null;
  return { name: word, words: text.slice(word.length + 1).trim() };
}

/** Returns an agent's commands as BooCode keeps them: without the slash, each name once, cut to the limits, at most as many as an event has. */
export function toKeptCommands(told: readonly SlashCommand[]): SlashCommand[] {
  const kept = new Map<string, SlashCommand>();
  let chars = 0;
  for (const { name: named, description, hint } of told) {
    const name = named.replace(/^\//, "");
    if (!/^[^\s]+$/.test(name) || name.length > EVENT_LIMITS.id || kept.has(name)) continue;
    const one = { name, description: shorten(description, MAX_KEPT_CHARS), ...(hint ? { hint: shorten(hint, MAX_KEPT_CHARS) } : {}) };
    chars += name.length + one.description.length + (one.hint?.length ?? 0);
    if (kept.size >= EVENT_LIMITS.items || chars > EVENT_LIMITS.listTogether) break;
    kept.set(name, one);
  }
  return [...kept.values()];
}
