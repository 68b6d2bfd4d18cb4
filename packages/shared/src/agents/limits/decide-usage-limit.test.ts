import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideUsageLimit } from "./decide-usage-limit.ts";
import { fromWallTime, toWallTime } from "./local-time.ts";

/** A Monday, 10:00 in Berlin. */
const now = Date.parse("2026-11-30T09:00:00Z");
const reader = { now, timeZone: "Europe/Berlin" };
const iso = (limit: { resetsAt: number } | null) => (limit === null ? null : new Date(limit.resetsAt).toISOString().replace(".000", ""));

it.each([
  // Claude Code
  ["Claude AI usage limit reached|1796040000", "2026-11-30T12:00:00Z"],
  ["You've hit your session limit · resets 3pm (America/Bogota)", "2026-11-30T20:00:00Z"],
  ["You've hit your session limit · resets 8:30pm (Asia/Tokyo)", "2026-11-30T11:30:00Z"],
  ["You've hit your limit · resets 1:30am (Asia/Dhaka)", "2026-11-30T19:30:00Z"],
  ["Claude usage limit reached. Your limit will reset at 1pm (Etc/GMT+5).", "2026-11-30T18:00:00Z"],
  ["5-hour limit reached ∙ resets 9am", "2026-12-01T08:00:00Z"],
  ["Weekly limit reached ∙ resets Dec 3 at 5pm", "2026-12-03T16:00:00Z"],
  ["Opus weekly limit reached ∙ resets Dec 4, 1pm (America/New_York)", "2026-12-04T18:00:00Z"],
  ["You’ve hit your limit for Claude messages. Limits will reset at 9:30 AM. View your usage details.", "2026-12-01T08:30:00Z"],
  ["usage limit reached, resets Jan 2, 2027, 9am (UTC)", "2027-01-02T09:00:00Z"],
  // Codex
  [
    "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.",
    "2026-12-06T07:11:00Z",
  ],
  [
    "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 3 hours 2 minutes.",
    "2026-11-30T12:02:00Z",
  ],
  ["You've hit your usage limit. Upgrade or try again at Dec 20, 2026, 7:38 AM", "2026-12-20T06:38:00Z"],
  ["You've hit your usage limit, or try again at Dec 9th, 2026 2:05 PM.", "2026-12-09T13:05:00Z"],
  ["You've hit your usage limit. Try again at 2:05 PM.", "2026-11-30T13:05:00Z"],
  ['{"error":{"type":"usage_limit_reached","message":"The usage limit has been reached","resets_at":1796040000}}', "2026-11-30T12:00:00Z"],
  ['{"error":{"type":"usage_limit_reached","resets_in_seconds":3600}}', "2026-11-30T10:00:00Z"],
  [
    "Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000, Used 29000. Please try again in 11.054s.",
    "2026-11-30T09:00:11.054Z",
  ],
  ["Rate limit reached. Please try again in 250ms.", "2026-11-30T09:00:00.250Z"],
  // Gemini, qwen
  ["You have exhausted your capacity on this model. Your quota will reset after 2h15m30s.", "2026-11-30T11:15:30Z"],
  ["You have exhausted your capacity on this model. Your quota will reset after 5s..", "2026-11-30T09:00:05Z"],
  ["You exceeded your current quota. Please retry in 38.5s.", "2026-11-30T09:00:38.500Z"],
  ['{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"38s"}]}}', "2026-11-30T09:00:38Z"],
  ["Free daily quota exceeded. It resets at midnight UTC.", "2026-12-01T00:00:00Z"],
  ["Usage limit reached for gemini-3-flash-preview. Access resets at 10:57 PM GMT-3.", "2026-12-01T01:57:00Z"],
  ["Usage limit reached for gemini-3-pro. Access resets at 4:00 PM UTC+5:30.", "2026-11-30T10:30:00Z"],
  ["Usage limit reached for gemini-3-pro. Access resets at 4:00 PM GMT+99.", "2026-11-30T15:00:00Z"],
  ["Individual quota reached. Resets in 157h", "2026-12-06T22:00:00Z"],
  // opencode and its providers
  ["5 hour usage limit reached. Resets in 3hr 20min.", "2026-11-30T12:20:00Z"],
  ["Subscription quota exceeded. Retry in 2h 15min.", "2026-11-30T11:15:00Z"],
  ["You have exceeded the 5-hour usage quota. It will reset at 2026-11-30 20:11:46 +0800 CST.", "2026-11-30T12:11:46Z"],
  ["Usage limit reached. It resets at 2026-11-30 20:11", "2026-11-30T19:11:00Z"],
  ["The rate limit was exceeded: resets Wed 9:00 AM", "2026-12-02T08:00:00Z"],
  ["Usage limit reached, resets at 14:05", "2026-11-30T13:05:00Z"],
  ["Usage limit reached, resets at 09:59", "2026-12-01T08:59:00Z"],
  // A limit without a time, and times without a limit
  ["This request would exceed your account's rate limit. Please try again later.", null],
  ["You've hit your usage limit. Limits reset every 5h and every week.", null],
  ["Resource has been exhausted (e.g. check quota).", null],
  ["The usage limit has been reached", null],
  ["The connection was lost, try again in 5 minutes.", null],
  ["usage limit reached, resets 3", null],
  ["usage limit reached, resets at 25:00", null],
  ["usage limit reached|1", null],
  // A moment that has just passed, one that is over, one that is too far away to be true
  ["Usage limit reached|1796029170", "2026-11-30T09:00:00Z"],
  ["Usage limit reached|1796000000", null],
  ["Usage limit reached, try again in 90 days", null],
])("%s", (text, expected) => {
  expect(iso(decideUsageLimit({ text }, reader))).toBe(expected);
});

it.each([
  [429, { "retry-after": "120" }, "2026-11-30T09:02:00Z"],
  [429, { "retry-after": "Mon, 30 Nov 2026 09:30:00 GMT" }, "2026-11-30T09:30:00Z"],
  [429, { "retry-after-ms": "1500", "retry-after": "2" }, "2026-11-30T09:00:01.500Z"],
  [429, { "anthropic-ratelimit-unified-reset": "1796040000" }, "2026-11-30T12:00:00Z"],
  [
    429,
    { "anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": "2026-11-30T09:05:00Z" },
    "2026-11-30T09:05:00Z",
  ],
  [429, { "anthropic-ratelimit-requests-remaining": "9", "anthropic-ratelimit-requests-reset": "2026-11-30T09:05:00Z" }, null],
  [
    429,
    { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-reset-requests": "9h" },
    "2026-11-30T09:06:00Z",
  ],
  [429, { "x-ratelimit-reset": "1796040000" }, "2026-11-30T12:00:00Z"],
  [429, { "ratelimit-reset": "30" }, "2026-11-30T09:00:30Z"],
  [429, { "retry-after": "soon" }, null],
  [429, {}, null],
  [500, { "retry-after": "120" }, null],
])("HTTP %s with %j", (httpStatus, headers, expected) => {
  expect(iso(decideUsageLimit({ httpStatus, headers: headers as unknown as Record<string, string>, text: "No" }, reader))).toBe(expected);
});

it("never throws, and names only moments from now on, whatever is said", () => {
  const pieces = fc.constantFrom(
    "usage limit reached",
    "resets",
    "at",
    "in",
    "|",
    "3pm",
    "25:99",
    "(No/Where)",
    "Feb 31",
    "9",
    "days",
    "2h",
    "midnight",
    "\u{1f600}",
    "-1",
    "1e999",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), fc.integer({ min: 0, max: 4e12 }), (words, at) => {
      const limit = decideUsageLimit({ httpStatus: 429, text: words.join(" ") }, { now: at, timeZone: "Europe/Berlin" });
      expect(limit === null || (limit.resetsAt >= at && Number.isInteger(limit.resetsAt))).toBe(true);
    }),
  );
});

it("times on the day on which the clocks change are those of before and after the change", () => {
  const at = (hour: number) => new Date(fromWallTime({ year: 2026, month: 3, day: 29, hour, minute: 30 }, "Europe/Berlin")).toISOString();
  expect([1, 3].map(at)).toEqual(["2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000Z"]);
});

it("a moment and what the clocks of a zone show are the same, except where they are put back", () => {
  const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2e12 }), zone, (at, timeZone) => {
      const shown = toWallTime(at, timeZone);
      expect(toWallTime(fromWallTime(shown, timeZone), timeZone)).toEqual(shown);
    }),
  );
});
