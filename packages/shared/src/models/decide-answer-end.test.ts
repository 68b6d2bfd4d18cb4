import { expect, it } from "vitest";
import { decideAnswerEnd, type AnswerFacts } from "./decide-answer-end.ts";

const said = (change: Partial<AnswerFacts>): AnswerFacts => ({
  finish: "stop",
  hasText: false,
  hasThought: false,
  calls: 0,
  brokenCalls: 0,
  hasActed: false,
  ...change,
});

it.each<[string, Partial<AnswerFacts>, object]>([
  ["words", { hasText: true }, { kind: "complete", isQuiet: false }],
  ["text and no reason", { hasText: true, finish: null }, { kind: "complete", isQuiet: false }],
  ["text and an unknown reason", { hasText: true, finish: "eos_token" }, { kind: "complete", isQuiet: false }],
  ["a call", { calls: 1, finish: "tool_calls" }, { kind: "run_calls" }],
  ["a call, ended with stop", { calls: 1 }, { kind: "run_calls" }],
  ["a call and no reason", { calls: 1, finish: null }, { kind: "run_calls" }],
  ["a broken call, which is reported to the model", { brokenCalls: 1 }, { kind: "run_calls" }],
  ["whole calls at the limit", { calls: 2, finish: "length" }, { kind: "run_calls" }],
  ["a call cut at the limit", { brokenCalls: 1, finish: "length" }, { kind: "fail", cause: "model_length" }],
  ["a call cut at the limit beside a whole one", { calls: 1, brokenCalls: 1, finish: "length" }, { kind: "fail", cause: "model_length" }],
  ["half an answer", { hasText: true, finish: "length" }, { kind: "fail", cause: "model_length" }],
  ["half an answer, with another server's reason", { hasText: true, finish: "MAX_TOKENS" }, { kind: "fail", cause: "model_length" }],
  ["half an answer, with a third server's reason", { hasText: true, finish: "model_length" }, { kind: "fail", cause: "model_length" }],
  ["only thoughts up to the limit", { hasThought: true, finish: "length" }, { kind: "fail", cause: "model_length" }],
  ["a filtered answer", { hasText: true, finish: "content_filter" }, { kind: "fail", cause: "model_filtered" }],
  ["a filtered answer, with Google's reason", { calls: 1, finish: "SAFETY" }, { kind: "fail", cause: "model_filtered" }],
  ["an error", { hasText: true, finish: "error" }, { kind: "fail", cause: "model_failed" }],
  ["an error after a call", { calls: 1, finish: "network_error" }, { kind: "fail", cause: "model_failed" }],
  ["an aborted answer", { hasText: true, finish: "abort" }, { kind: "fail", cause: "model_failed" }],
  ["nothing", {}, { kind: "fail", cause: "model_empty" }],
  ["nothing, though calls were promised", { finish: "tool_calls" }, { kind: "fail", cause: "model_empty" }],
  ["nothing but thoughts", { hasThought: true }, { kind: "fail", cause: "model_empty" }],
  ["nothing after tools ran", { hasActed: true }, { kind: "complete", isQuiet: true }],
])("after %s", (_what, facts, expected) => {
  expect(decideAnswerEnd(said(facts))).toMatchObject(expected);
});
