import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId } from "@boocode/shared/ids";
import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "../../ui/browser/stored-state.ts";
import type { AgentChoice } from "../../agents/agent-pickers.tsx";

const isChoice = (value: unknown): value is AgentChoice | null => {
  if (value === null) return true;
  const choice = value as Partial<AgentChoice> | undefined;
  return typeof choice?.agent === "string" && typeof choice.model === "string" && typeof choice.mode === "string";
};

const choices = new Map<ChatId, AgentChoice | null>();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function readChoice(chatId: ChatId): AgentChoice | null {
  const known = choices.get(chatId);
  if (known !== undefined) return known;
  const stored = readStored<AgentChoice | null>(`choice.${chatId}`, null, isChoice);
  choices.set(chatId, stored);
  return stored;
}

function writeChoice(chatId: ChatId, choice: AgentChoice): void {
  choices.set(chatId, choice);
  writeStored(`choice.${chatId}`, choice);
  for (const listener of listeners) listener();
}

/**
 * The agent, model and mode of a chat's composer: the choice made in this browser, otherwise the chat's stored one. Everything on the page
 * that shows the choice shows the same.
 */
export function useAgentChoice(chat: Chat): [AgentChoice, (choice: AgentChoice) => void] {
  const chosen = useChosen(chat.id);
  return [chosen ?? toStored(chat), (choice) => writeChoice(chat.id, choice)];
}

/** The choice of a chat that may not be known yet; null if it is not. */
export function useChoiceOf(chat: Chat | undefined): AgentChoice | null {
  const chosen = useChosen(chat?.id ?? null);
  return chat ? (chosen ?? toStored(chat)) : null;
}

const useChosen = (chatId: ChatId | null) => useSyncExternalStore(subscribe, () => (chatId === null ? null : readChoice(chatId)));

const toStored = ({ agent, model, mode }: Chat): AgentChoice => ({ agent, model, mode });
