import { expect, it } from "vitest";
import { decideEditedKind } from "./decide-edited-kind.ts";
import type { Task } from "./task.ts";

const commands = ["compact", "both"];
const skills = ["review", "explain", "both"].map((name) => ({ name, description: "", origin: ".claude/skills" }));

it.each<[string, Task["kind"], string, string, readonly string[] | null, Task["kind"]]>([
  ["a skill's words change", "skill", "/review a", "/review b", commands, "skill"],
  ["another skill is called", "skill", "/review a", "/explain b", commands, "skill"],
  ["the agent's command takes a skill's place", "skill", "/review", "/compact", commands, "message"],
  ["the same, for an agent that has not said its commands", "skill", "/review", "/compact", null, "message"],
  ["a skill that is gone is called as before", "skill", "/gone a", "/gone b", commands, "skill"],
  ["a path takes a skill's place", "skill", "/review", "/etc/hosts is wrong", commands, "message"],
  ["plain text takes a skill's place", "skill", "/review", "Look at it", commands, "message"],
  ["a skill takes a message's place", "message", "Look at it", "/review it", commands, "skill"],
  ["a command counts before a skill of its name", "message", "Look at it", "/both", commands, "message"],
  ["a message stays one", "message", "a", "b", commands, "message"],
  ["another kind stays what it is", "agent", "a", "/review", commands, "agent"],
])("%s", (_, kind, before, text, known, becomes) => {
  expect(decideEditedKind({ kind, text: before }, text, { commands: known, skills })).toBe(becomes);
});
