import { expect, it } from "vitest";
import { decideUnasked } from "./decide-unasked.ts";

it.each([
  ["agent_message_chunk", true, "begin"],
  ["agent_thought_chunk", true, "begin"],
  ["agent_message_chunk", false, "pass"],
  ["tool_call", false, "begin"],
  ["tool_call_update", false, "begin"],
  ["plan", false, "begin"],
  ["user_message_chunk", true, "pass"],
  ["usage_update", false, "pass"],
  ["available_commands_update", false, "pass"],
])("an agent that was asked nothing and sends %s (with words: %s): %s", (kind, hasText, decision) => {
  expect(decideUnasked({ kind, hasText })).toBe(decision);
});
