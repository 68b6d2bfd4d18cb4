import * as fc from "fast-check";
import { expect, it } from "vitest";
import { AgentId } from "../../ids.ts";
import { decideSpokenLimit } from "./decide-spoken-limit.ts";

/** A Monday, 10:00 in Berlin. */
const reader = { now: Date.parse("2026-11-30T09:00:00Z"), timeZone: "Europe/Berlin" };
const custom = AgentId.parse("my-wrapper");
const decide = (text: string, prompt = "Fix the test", agent = custom) => {
  const limit = decideSpokenLimit({ agent, text, prompt }, reader);
  return limit === null ? null : new Date(limit.resetsAt).toISOString().replace(".000", "");
};

const SPOKEN_BY = {
  // As the versions of Claude Code say it.
  claude: [
    ["Claude AI usage limit reached|1796040000", "2026-11-30T12:00:00Z"],
    ["You've reached your limit · resets 2:05pm", "2026-11-30T13:05:00Z"],
    ["You've hit your limit · resets 10pm (America/New_York)", "2026-12-01T03:00:00Z"],
    ["You've hit your limit · resets Apr 23 at 4pm (America/Recife)", "too far"],
    ["You've hit your limit · resets Dec 5 at 9pm (America/New_York)", "2026-12-06T02:00:00Z"],
    ["You've hit your session limit · resets 2:30pm (Pacific/Auckland)", "2026-12-01T01:30:00Z"],
    ["You’ve hit your weekly limit ∙ resets Dec 3 at 5pm", "2026-12-03T16:00:00Z"],
    ["You've hit your Opus weekly limit · resets Thu 9:00 AM", "2026-12-03T08:00:00Z"],
    ["5-hour limit reached ∙ resets 9am\n/upgrade to increase your usage limit.", "2026-12-01T08:00:00Z"],
    ["Claude usage limit reached. Your limit will reset at 1pm (Etc/GMT+5).", "2026-11-30T18:00:00Z"],
    [
      "Claude usage limit reached. Your limit will reset at Dec 6, 6pm.\n\n • /upgrade to increase your usage limit.",
      "2026-12-06T17:00:00Z",
    ],
    ["You've hit your limit. Your limit will reset at 2026-12-09 18:00:00", "2026-12-09T17:00:00Z"],
    ["You’ve hit your limit for Claude messages. Limits will reset at 9:30 AM. View your usage details.", "2026-12-01T08:30:00Z"],
  ],
  codex: [
    [
      "■ You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.",
      "2026-12-06T07:11:00Z",
    ],
    ["You've hit your usage limit. Try again at 2:05 PM.", "2026-11-30T13:05:00Z"],
    [
      "You've hit your usage limit. Visit https://chatgpt.com/codex/settings/usage to purchase more credits or try again at Dec 9th, 2026 2:05 PM.",
      "2026-12-09T13:05:00Z",
    ],
  ],
  gemini: [
    ["Usage limit reached for gemini-3-flash-preview. Access resets at 10:57 PM GMT-3.", "2026-12-01T01:57:00Z"],
    ["You have exhausted your capacity on this model. Your quota will reset after 2h15m30s.", "2026-11-30T11:15:30Z"],
    ["[API Error: You have exhausted your capacity on this model. Your quota will reset after 5s..]", "2026-11-30T09:00:05Z"],
    ["Individual quota reached. Resets in 157h", "2026-12-06T22:00:00Z"],
  ],
  // As its providers say it.
  opencode: [["5 hour usage limit reached. Resets in 3hr 20min.", "2026-11-30T12:20:00Z"]],
} satisfies Record<string, [text: string, resetsAt: string][]>;
const VENDORS = ["claude", "codex", "gemini", "opencode"] as const;
const SPOKEN = VENDORS.flatMap((vendor) => SPOKEN_BY[vendor].map(([text, resetsAt]) => [text, resetsAt, vendor] as const));

it.each(SPOKEN)("%s", (text, resetsAt, vendor) => {
  const speakers = [vendor, "goose", "my-wrapper", ...(vendor === "gemini" ? ["qwen"] : [])];
  for (const agent of speakers) expect(decide(text, undefined, AgentId.parse(agent)) ?? "too far").toBe(resetsAt);
});

it.each(SPOKEN)("is what another agent quotes: %s", (text, _, vendor) => {
  const others = [...VENDORS, "pi", ...(vendor === "gemini" ? [] : ["qwen"])].filter((agent) => agent !== vendor);
  for (const agent of others) expect(decide(text, undefined, AgentId.parse(agent))).toBeNull();
});

it.each([
  ["an answer about such a message", "You've hit your limit · resets 3pm means that Claude stops until three."],
  ["one that quotes it", "The log says: You've hit your limit · resets 3pm"],
  ["one that goes on", "You've hit your limit · resets 3pm\n\nI handle this message in limit.ts now."],
  ["one that begins before", "Done.\nYou've hit your limit · resets 3pm"],
  ["code", "```\nYou've hit your limit · resets 3pm\n```"],
  ["a list of messages", "- You've hit your limit · resets 3pm\n- 5-hour limit reached ∙ resets 9am"],
  ["a limit without a time", "You've hit your limit. Please try again later."],
  ["a rate that is explained", "Rate limit reached. The counter resets at midnight UTC, so the test runs again."],
  ["a counter that resets", "The counter resets at 9:30 AM."],
  ["a retry", "The build failed, try again in 5 minutes."],
  ["a limit of a product", "You've reached your free project limit. Upgrade to Pro for unlimited projects!"],
  ["a file's limit", "The file limit has been reached at 5 MB; it resets at 3pm when the job runs, as you asked."],
  ["a line of a log", "API quota exceeded. Retry in 30s."],
  ["a line of another server", "Model rate limit reached. Retry in 30s."],
  ["a limit of something else", "Request limit reached, resets 3pm"],
  ["nothing", ""],
])("%s is an answer: %s", (_, text) => {
  expect(decide(text)).toBeNull();
});

it("words that the person gave are an answer", () => {
  const [words] = SPOKEN[1]!;
  expect(decide(words, `Say exactly: ${words}`)).toBeNull();
});

it("any word of a model in front of, behind or within the message makes it an answer", () => {
  const word = fc.constantFrom("So", "means", "the", "when", "Claude", "is", "I", "fixed", "because", "`resets`");
  fc.assert(
    fc.property(fc.constantFrom(...SPOKEN), word, fc.integer({ min: 0, max: 3 }), ([text], more, place) => {
      const said = place === 0 ? `${more} that ${text}` : place === 1 ? `${text}, ${more} that` : `${text} ${more} it.`;
      expect(decide(said)).toBeNull();
    }),
  );
});

it.each([
  "1",
  "9.",
  "9 ",
  "9  ",
  "a.m. ",
  "9 a.m. ",
  "Dec. ",
  "+0800 GMT ",
  "1m",
  "at ",
  "mon ",
  "UTC",
  " ",
  "\n",
  ",",
  "or ",
  "Upgrade or ",
])("is decided soon when %j is repeated", (piece) => {
  for (const end of ["", "!"]) {
    // Up to the limit of length; the first step is short, so that a slow parse fails here and does not hang.
    for (const chars of [28, 60, 500]) {
      const text = `You've hit your limit · resets ${piece.repeat(Math.ceil(chars / piece.length))}${end}`;
      const startedAt = performance.now();
      decideSpokenLimit({ agent: custom, text, prompt: "" }, reader);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  }
});

it("is decided soon, whatever the text, and names only what is yet to come", () => {
  const piece = fc.constantFrom(
    "You've hit your ",
    "limit ",
    "resets ",
    "at ",
    "3pm ",
    "Upgrade ",
    "or ",
    "9 ",
    "hours ",
    "· ",
    "x",
    "\n",
    ".",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 120 }), (pieces) => {
      const limit = decideSpokenLimit({ agent: custom, text: pieces.join(""), prompt: "" }, reader);
      expect(limit === null || limit.resetsAt >= reader.now).toBe(true);
    }),
    { numRuns: 300 },
  );
});
