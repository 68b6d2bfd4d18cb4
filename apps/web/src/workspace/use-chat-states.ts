import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { trpc } from "../api/trpc.ts";
import { type ChatState, toChatState } from "./chat-state.ts";

/** States of a session's chats. */
export function useChatStates(sessionId: SessionId): (chatId: ChatId) => ChatState {
  const { data = [] } = useQuery(trpc.tasks.list.queryOptions({ sessionId, states: ["queued", "running"], limit: 200 }));
  return (chatId) => toChatState(chatId, data);
}
