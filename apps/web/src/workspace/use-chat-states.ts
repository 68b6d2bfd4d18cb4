import type { ChatId, SessionId } from "@boocode/shared/ids";
import { useQuery } from "@tanstack/react-query";
import { useAskingCounts } from "../agents/use-permissions.ts";
import { trpc } from "../api/trpc.ts";
import { type ChatState, toChatState } from "./chat-state.ts";

/** States of a session's chats. */
export function useChatStates(sessionId: SessionId): (chatId: ChatId) => ChatState {
  const { data = [] } = useQuery(trpc.tasks.list.queryOptions({ sessionId, states: ["queued", "running"], limit: 200 }));
  const asking = useAskingCounts();
  return (chatId) => toChatState(chatId, data, asking.ofChat(chatId));
}
