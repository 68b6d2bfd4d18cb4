import { expect, it } from "vitest";
import { repeatPrompt } from "./repeat-prompt.ts";

it.each([
  ["a task that calls a skill", { kind: "skill", text: "/review it" }, { kind: "skill", text: "/review it" }],
  ["a skill's prompt in a transcript", { kind: "prompt", isSkill: true, text: "/review it" }, { kind: "skill", text: "/review it" }],
  ["a message that begins with a path", { kind: "message", text: "/tmp is full" }, { text: "/tmp is full" }],
  ["a prompt in a transcript", { kind: "prompt", text: "Go on" }, { text: "Go on" }],
])("%s is repeated as what it was", (_, prompt, repeated) => {
  expect(repeatPrompt(prompt)).toEqual(repeated);
});
