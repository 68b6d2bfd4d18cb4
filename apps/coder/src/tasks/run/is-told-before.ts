import { isTellable, type TellingPlace, toCommandWord } from "@boocode/shared/agents/handoff/is-tellable";
import type { AgentId, ChatId } from "@boocode/shared/ids";
import type { Task } from "@boocode/shared/tasks/task";

/** Knows the commands of agents. */
export interface CommandNames {
  /** Returns the names of an agent's commands in a chat; null if it has not said which it has. */
  namesOf(chatId: ChatId, agent: AgentId): Promise<readonly string[] | null>;
}

/** Returns whether an agent is told what it has missed before a prompt: see `isTellable`. */
export async function isToldBefore(
  known: CommandNames,
  prompt: Pick<Task, "chatId" | "agent" | "kind" | "text">,
  context: Omit<TellingPlace, "commands">,
): Promise<boolean> {
  const isPlain = context.agentSessionId === null || toCommandWord(prompt.text) === null;
  const commands = isPlain ? null : await known.namesOf(prompt.chatId, prompt.agent);
  return isTellable(prompt, { ...context, commands });
}
