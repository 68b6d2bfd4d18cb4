import type { AgentId, EpochMs } from "../../ids.ts";
import { decideUsageLimit } from "./decide-usage-limit.ts";
import type { Reader } from "./read-reset.ts";

/** The last words of a turn without tools. */
export interface SpokenWords {
  /** Who speaks: another vendor's message is something that it quotes. */
  agent: AgentId;
  text: string;
  /** What the person asked: an answer that repeats a part of it is an answer. */
  prompt: string;
}

/** No program's message of a limit is longer. */
const MAX_CHARS = 600;

const MARK = String.raw`(?:[■✕⚠⎿●*!]\s*)?(?:\[?API Error:\s*)?`;
/** What the programs of each vendor say of a limit that is used up, as whole sentences: a server's log says "API quota exceeded", and an answer may quote it. */
const SUBJECTS = {
  claude: [
    String.raw`Claude AI usage limit reached`,
    // You've hit your session limit; You've reached your Opus weekly limit for Claude messages
    String.raw`You(?:['’]ve| have) (?:hit|reached) your (?:(?:opus|sonnet|session|weekly) ){0,4}limit(?: for [\w.-]+(?: messages| usage)?)?`,
    String.raw`(?:Claude usage|5-hour|Session|Weekly|(?:Opus|Sonnet) weekly) limit reached`,
  ],
  codex: [String.raw`You(?:['’]ve| have) (?:hit|reached) your usage limit(?: for [\w.-]+(?: messages| usage)?)?`],
  gemini: [
    String.raw`Usage limit reached for gemini-[\w.-]+`,
    String.raw`Individual quota reached`,
    String.raw`You have exhausted your (?:daily )?(?:capacity|quota) on this model`,
  ],
  opencode: [String.raw`5 hour usage limit reached`],
} as const;
type Vendor = keyof typeof SUBJECTS;
const ALL: readonly Vendor[] = ["claude", "codex", "gemini", "opencode"];
/**
 * Whose messages can be an agent's own words. Qwen Code was made from Gemini's command line; goose and a custom agent may drive any of the
 * programs.
 */
const SPEAKERS: Readonly<Record<string, readonly Vendor[]>> = {
  claude: ["claude"],
  codex: ["codex"],
  gemini: ["gemini"],
  qwen: ["gemini"],
  opencode: ["opencode"],
  pi: [],
};
/** What may stand between: how to get more, which is the other choice. */
const OFFER = String.raw`(?:(?:Upgrade|Visit|To get more|Start|Switch|Purchase|Add)\b[^\n]{0,250}?(?:,| or|\.)\s+)?`;
const LEAD = String.raw`(?:(?:your |the )?(?:limits?|quota|access|it) (?:will )?)?(?:resets?|renews?|(?:or )?(?:please )?(?:try again|retry))(?: (?:at|on|in|after|by))?`;
const TOKEN = [
  String.raw`\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?`,
  String.raw`[+-]\d{4}(?: [A-Z]{2,4})?`,
  String.raw`(?:\d+(?:\.\d+)?(?:d|h|m|s|ms))+`,
  String.raw`\d+(?:st|nd|rd|th)?(?::\d{2}){0,2}(?:\.\d+)?(?:\s?[ap]\.?m)?`,
  String.raw`\d+(?:hours?|hrs?|minutes?|mins?|seconds?|secs?)`,
  String.raw`(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}`,
  String.raw`(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?`,
  String.raw`(?:days?|hours?|hrs?|hr|minutes?|mins?|seconds?|secs?|midnight|noon|at|and|about)`,
  String.raw`\(?(?:[A-Z][A-Za-z_]+\/[A-Za-z0-9_+/-]+|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?|Z)\)?`,
].join("|");
/** Behind each of them: without it a run of digits could be divided in any way, and each would be tried. */
const BREAK = String.raw`\.{0,2}(?:[\s,]+|(?=[\s\]]|$))`;
/** What may follow: how to get more. */
const TAIL = String.raw`(?:(?:or )?/[a-z-]+ to (?:increase|request|finish|continue|get|keep|use)[a-z ,'’]{0,80}\.?|\[?View your usage details\]?\.?|Upgrade to [\w ]{1,20}\.)`;

const toPattern = (vendors: readonly Vendor[]): RegExp | null =>
  vendors.length === 0
    ? null
    : new RegExp(
        String.raw`^${MARK}(?:${vendors.flatMap((vendor) => SUBJECTS[vendor]).join("|")})(?:\|\d{10,13}|[.,]?\s*[·∙•|—–-]?\s*${OFFER}${LEAD}\s+(?:(?:${TOKEN})${BREAK}){1,14})\]?\.{0,2}(?:\s+[·∙•]?\s*${TAIL}){0,3}\s*$`,
        "i",
      );
const PATTERNS = new Map(Object.entries(SPEAKERS).map(([agent, vendors]) => [agent, toPattern(vendors)]));
const ANY = toPattern(ALL);

/**
 * Decides whether the last words of a turn are the agent's own message that its usage limit is used up, and until when: some agents say it as
 * an answer, and end the turn as if it were one. Null for anything that a model may have written: more words than that message, a limit
 * without a time, another agent's message, or words that the person gave it.
 */
export function decideSpokenLimit({ agent, text, prompt }: SpokenWords, reader: Reader): { resetsAt: EpochMs } | null {
  const words = text.trim();
  const pattern = PATTERNS.get(agent) ?? (PATTERNS.has(agent) ? null : ANY);
  if (words.length === 0 || words.length > MAX_CHARS || !pattern?.test(words)) return null;
  if (prompt.includes(words.split("\n")[0]!.trim())) return null;
  return decideUsageLimit({ text: words }, reader);
}
