import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useAskingCounts } from "../../agents/use-permissions.ts";
import { useOpenTasks } from "../../tasks/use-open-tasks.ts";
import { type ChatState, toChatState } from "./chat-state.ts";

/** Returns a function that gives the state of each chat of a session. */
export function useChatStates(sessionId: SessionId): (chatId: ChatId) => ChatState {
  const open = useOpenTasks(sessionId);
  const asking = useAskingCounts();
  return (chatId) => toChatState(chatId, open, asking.ofChat(chatId));
}
