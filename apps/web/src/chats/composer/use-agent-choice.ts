import type { Chat } from "@boocode/shared/chats/chat";
import { useStoredState } from "../../ui/browser/stored-state.ts";
import type { AgentChoice } from "../../agents/agent-pickers.tsx";

const isChoice = (value: unknown): value is AgentChoice | null => {
  if (value === null) return true;
  const choice = value as Partial<AgentChoice> | undefined;
  return typeof choice?.agent === "string" && typeof choice.model === "string" && typeof choice.mode === "string";
};

/** What a chat's composer is set to: as chosen in this browser, else as the chat's row says. */
export function useAgentChoice(chat: Chat): [AgentChoice, (choice: AgentChoice) => void] {
  const [chosen, setChosen] = useStoredState<AgentChoice | null>(`choice.${chat.id}`, null, isChoice);
  return [chosen ?? { agent: chat.agent, model: chat.model, mode: chat.mode }, setChosen];
}
