import { expect, it } from "vitest";
import { PromptAnswer } from "./acp-wire.ts";

const counted = { quota: { token_count: { input_tokens: 10, output_tokens: 5 } } };

it.each<[string, object, object | null]>([
  ["the protocol's own field", { usage: { inputTokens: 1, outputTokens: 2 }, _meta: counted }, { inputTokens: 1, outputTokens: 2 }],
  [
    "a cache that is counted beside the input",
    { usage: { inputTokens: 3, outputTokens: 20, cachedReadTokens: 1_000, cachedWriteTokens: 200, totalTokens: 1_223 } },
    { inputTokens: 1_203, outputTokens: 20, cachedReadTokens: 1_000 },
  ],
  [
    "a cache that is counted in the input",
    { usage: { inputTokens: 1_203, outputTokens: 20, cachedReadTokens: 1_000, totalTokens: 1_223 } },
    { inputTokens: 1_203, outputTokens: 20, cachedReadTokens: 1_000 },
  ],
  ["gemini's", { _meta: counted }, { inputTokens: 10, outputTokens: 5 }],
  ["gemini's without counts", { _meta: { quota: { token_count: {} } } }, null],
  ["a _meta of another agent", { _meta: { quota: "none" } }, null],
  ["nothing", {}, null],
])("reads the tokens of a turn from %s", (_, more, usage) => {
  expect(PromptAnswer.parse({ stopReason: "end_turn", ...more })).toEqual({ stopReason: "end_turn", usage });
});
