import type { Skill } from "../../skills/skill.ts";
import { type KnownCommands, toCommandCall } from "./slash-command.ts";

/**
 * What becomes of a prompt that begins with a slash. `none`: it does not begin with one, or with a path. `command`: the agent runs it itself.
 * `skill`: the agent is given the skill's instructions with it. `plain`: nobody knows the word, so it is text like any other; `isSure`: the
 * agent has said which commands it has.
 */
export type SlashMeaning =
  | { kind: "none" }
  | { kind: "command"; name: string }
  | { kind: "skill"; name: string; origin: string }
  | { kind: "plain"; name: string; isSure: boolean };

/** A word that could be the name of a command: a path has another slash. */
const NAME = /^[A-Za-z][\w:.-]*$/;

/**
 * Decides what a prompt's first word means to the agent that it goes to. Of a command and a skill with one name the command counts: an agent
 * that reads the same skill by itself follows what the skill says about tools and models, which no instructions can.
 */
export function decideSlash(text: string, { isKnown, commands }: KnownCommands, skills: readonly Skill[]): SlashMeaning {
  const call = toCommandCall(text);
  if (call === null) return { kind: "none" };
  const { name } = call;
  if (commands.some((command) => command.name === name)) return { kind: "command", name };
  const skill = skills.find((each) => each.name === name);
  if (skill) return { kind: "skill", name, origin: skill.origin };
  return NAME.test(name) ? { kind: "plain", name, isSure: isKnown } : { kind: "none" };
}
