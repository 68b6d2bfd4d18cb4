import type { Chat } from "@boocode/shared/chats/chat";
import { useStoredState } from "../../ui/browser/stored-state.ts";
import type { AgentChoice } from "../../agents/agent-pickers.tsx";

const isChoice = (value: unknown): value is AgentChoice | null => {
  if (value === null) return true;
  const choice = value as Partial<AgentChoice> | undefined;
  return typeof choice?.agent === "string" && typeof choice.model === "string" && typeof choice.mode === "string";
};

/** The agent, model and mode of a chat's composer: the choice made in this browser, otherwise the chat's stored one. */
export function useAgentChoice(chat: Chat): [AgentChoice, (choice: AgentChoice) => void] {
  const [chosen, setChosen] = useStoredState<AgentChoice | null>(`choice.${chat.id}`, null, isChoice);
  return [chosen ?? { agent: chat.agent, model: chat.model, mode: chat.mode }, setChosen];
}
