import { decideSlash } from "../agents/commands/decide-slash.ts";
import { toCommandCall } from "../agents/commands/slash-command.ts";
import type { Skill } from "../skills/skill.ts";
import type { Task } from "./task.ts";

/** What a prompt in the queue may call. */
export interface Callable {
  /** The names of its agent's commands; null if the agent has not said which it has. */
  commands: readonly string[] | null;
  skills: readonly Skill[];
}

/**
 * Decides the kind of a prompt whose text was edited, as it is decided for a new one: a skill that the text calls makes it one, a command of
 * the agent's, or any other text, a message. A prompt that goes on calling the same skill stays one, also while the skill cannot be used.
 */
export function decideEditedKind(before: Pick<Task, "kind" | "text">, text: string, { commands, skills }: Callable): Task["kind"] {
  const { kind } = before;
  if (kind !== "message" && kind !== "skill") return kind;
  const call = toCommandCall(text);
  if (kind === "skill" && call !== null && call.name === toCommandCall(before.text)?.name) return kind;
  const known = { isKnown: commands !== null, commands: (commands ?? []).map((name) => ({ name, description: "" })) };
  return decideSlash(text, known, skills).kind === "skill" ? "skill" : "message";
}
